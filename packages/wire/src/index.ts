export * from "./access.ts";
export * from "./batch.ts";
export * from "./envelope.ts";
export * from "./problem.ts";
export type * from "./schemas.ts";
export * from "./sha256.ts";
export * from "./tiers.ts";
