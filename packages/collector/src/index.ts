export type { CollectorOptions } from "./options.ts";
export { type Collector, start } from "./start.ts";
export type { CollectorState, CollectorStatus } from "./status.ts";
