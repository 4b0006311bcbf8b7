export { createClient, type HabitusClient } from "./client.ts";
export { HabitusError, type HabitusErrorCode } from "./error.ts";
export { type ExpressTrustOptions, requireTrust } from "./middleware/express.ts";
export { type FastifyTrustOptions, requireTrustHook } from "./middleware/fastify.ts";
export { askTrust, type RequireTrustOptions, type TrustVerdict } from "./middleware/require-trust.ts";
export type { ClientOptions } from "./request.ts";
