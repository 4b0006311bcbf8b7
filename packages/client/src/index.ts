export { createAdministration } from "./administer.ts";
export { type ClientOptions, createClient, type HabitusClient } from "./client.ts";
export { HabitusError, type HabitusErrorCode, isUnavailable } from "./error.ts";
export { askTrust, type RequireTrustOptions, type TrustVerdict } from "./middleware/ask-trust.ts";
export { requireTrust } from "./middleware/express.ts";
export { requireTrustHook } from "./middleware/fastify.ts";
export type { WatchOptions } from "./watch.ts";
