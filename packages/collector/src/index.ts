export type { Collector } from "./capture.ts";
export type { CollectorOptions } from "./options.ts";
export { start } from "./start.ts";
export type { CollectorState, CollectorStatus } from "./status.ts";
