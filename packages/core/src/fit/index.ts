export { fitKnots, gaussianiseTable } from "./fit-knots.ts";
export { fitLogistic } from "./fit-logistic.ts";
export { fitPlda, type PldaFitOptions } from "./fit-plda.ts";
export { type WindowOwner, type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";
