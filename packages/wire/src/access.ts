/** What operators may do, each role all of the one before: look at lists; see why, of one person; change and administer. */
export const OPERATOR_ROLES = ["viewer", "analyst", "admin"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/**
 * What an API key may be used for. `sessions`: open them, read assessments, report outcomes. `subjects`: consent, status,
 * accommodation, enrolment, export and erasure. `policies`, `audit` and `settings`: those. `keys`: make and end API keys and rotate
 * encryption keys. `operators`: who may open the console.
 */
export const SCOPES = ["sessions", "subjects", "policies", "audit", "settings", "keys", "operators"] as const;
export type Scope = (typeof SCOPES)[number];

/** An application's server needs these; the others let a key make more keys, and are given on purpose. */
export const DEFAULT_SCOPES: readonly Scope[] = ["sessions", "subjects", "policies", "audit", "settings"];
