import { z } from "zod";
import { OPERATOR_ROLES, SCOPES } from "./access.ts";
import { instant } from "./session-schemas.ts";

/** Operators, their passkeys, and the API keys of applications. */

// --- Operators ------------------------------------------------------------------------------------------------

export const operatorName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u, "1 to 64 letters, digits, spaces and ._@-")
  .describe("who it is; unique in the application");
export const operatorRole = z.enum(OPERATOR_ROLES);
export const oneTimeLink = z.object({
  operator: z.string(),
  token: z.string().describe("opens the console once; shown only now"),
  expiresAt: instant,
});
export const operatorRecord = z.object({
  operator: z.string(),
  name: z.string(),
  role: operatorRole,
  createdAt: instant,
  passkeys: z.number().int(),
  lastSignInAt: instant.nullable(),
});
export const operatorList = z.object({ operators: z.array(operatorRecord) });
export const addOperatorRequest = z.strictObject({ name: operatorName, role: operatorRole });

const passkey = z.object({ id: z.string(), label: z.string(), createdAt: instant, usedAt: instant.nullable() });
export const signedInOperator = z.object({
  operator: z.string(),
  name: z.string(),
  role: operatorRole,
  application: z.string().describe("its name"),
  enrolling: z.boolean().describe("came by an enrolment link: may register a passkey, and nothing else yet"),
  passkeys: z.array(passkey),
});
export const linkRequest = z.strictObject({ token: z.string().min(1).max(200) });

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const attached = {
  id: base64url.min(1).max(1400),
  rawId: base64url.min(1).max(1400),
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["cross-platform", "platform"]).optional(),
  clientExtensionResults: z.looseObject({}),
};
/** `RegistrationResponseJSON` of WebAuthn Level 3. */
export const passkeyRegistration = z.strictObject({
  label: z.string().min(1).max(64).default("Passkey"),
  response: z.object({
    ...attached,
    response: z.object({
      clientDataJSON: base64url.max(4_000),
      attestationObject: base64url.max(30_000),
      transports: z.array(z.string().max(32)).max(8).optional(),
    }),
  }),
});
/** `AuthenticationResponseJSON` of WebAuthn Level 3. */
export const passkeyAssertion = z.strictObject({
  response: z.object({
    ...attached,
    response: z.object({
      clientDataJSON: base64url.max(4_000),
      authenticatorData: base64url.max(8_000),
      signature: base64url.max(4_000),
      userHandle: base64url.max(200).optional(),
    }),
  }),
});
export const passkeyOptions = z
  .looseObject({ challenge: z.string() })
  .describe("options of WebAuthn as JSON, for `navigator.credentials`");

// --- API keys -------------------------------------------------------------------------------------------------

export const apiKeyRecord = z.object({
  id: z.string(),
  prefix: z.string().describe("the beginning of the key, to tell it from others"),
  label: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: instant,
  expiresAt: instant.nullable(),
  usedOn: z.string().nullable().describe("the day it was used last (UTC)"),
});
export const apiKeyList = z.object({ keys: z.array(apiKeyRecord) });
export const addApiKeyRequest = z.strictObject({
  label: z.string().min(1).max(64).optional(),
  scopes: z.array(z.enum(SCOPES)).min(1).optional(),
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});
export const rotateApiKeyRequest = z.strictObject({
  overlapHours: z.number().min(0).max(720).default(24).describe("how long the old key goes on to be taken"),
});
export const madeApiKey = z.object({
  apiKey: z.string().describe("shown only now"),
  key: apiKeyRecord,
});

// --- Audit ----------------------------------------------------------------------------------------------------

export const signedMark = z.object({
  id: z.number().int().describe("the last entry that it covers"),
  hash: z.string(),
  at: instant,
  keyId: z.string(),
  signature: z.string().describe("Ed25519, base64url; see docs/operators.md for what is signed"),
});
export const auditMarks = z.object({
  application: z.string().describe("the name that is signed with each"),
  keyId: z.string(),
  publicKey: z.string().describe("Ed25519 (RFC 8032), 32 bytes, base64url"),
  head: signedMark.nullable(),
  cut: signedMark.nullable().describe("entries up to it were deleted by retention"),
  checkpoints: z.array(signedMark).describe("oldest first"),
});

export type OperatorRecord = z.output<typeof operatorRecord>;
export type OneTimeLink = z.output<typeof oneTimeLink>;
export type SignedInOperator = z.output<typeof signedInOperator>;
export type AddOperatorRequest = z.input<typeof addOperatorRequest>;
export type PasskeyRegistration = z.output<typeof passkeyRegistration>;
export type PasskeyAssertion = z.output<typeof passkeyAssertion>;
export type ApiKeyRecord = z.output<typeof apiKeyRecord>;
export type AddApiKeyRequest = z.input<typeof addApiKeyRequest>;
export type MadeApiKey = z.output<typeof madeApiKey>;
export type SignedMark = z.output<typeof signedMark>;
export type AuditMarks = z.output<typeof auditMarks>;
