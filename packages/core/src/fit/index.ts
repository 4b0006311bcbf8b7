export { type FixedTextFitOptions, fitFixedText, laterAttempt, type Repetitions } from "./fit-fixed-text.ts";
export { type FusionTrial, fitFusion } from "./fit-fusion.ts";
export { fitKnots, gaussianiseTable } from "./fit-knots.ts";
export { fitKnownPeople } from "./fit-known-people.ts";
export { fitLogistic } from "./fit-logistic.ts";
export { fitPlda, type PldaFitOptions } from "./fit-plda.ts";
export { FEWEST_PEOPLE, fitPointerScale, type PersonWindows, type PointerFitOptions } from "./fit-pointer.ts";
export { fitPointerArms, POINTER_UNIT } from "./fit-pointer-arms.ts";
export { type WindowOwner, type WindowsTable, WindowsTableBuilder } from "./windows-table.ts";
