export type { Judgement } from "./judge.ts";
export { type LocalCollector, type LocalOptions, startLocal } from "./start-local.ts";
