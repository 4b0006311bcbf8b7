import type { FastifyRequest } from "fastify";
import { ServiceError } from "../error.ts";
import { hashApiKey } from "../keys/api-key.ts";
import type { SessionClaim } from "../keys/session-token.ts";
import type { ApiKeyRow } from "../storage/storage.ts";
import type { ApiDeps } from "./api-deps.ts";

/** Holds an operator's key in the browser. The page's scripts cannot read it, and other sites cannot make it be sent. */
export const OPERATOR_COOKIE = "habitus-operator";

/** Returns whose API key the request carries. Throws `missing-credentials`, `invalid-api-key` or `forbidden`. */
export async function authenticate({ engine }: Pick<ApiDeps, "engine">, request: FastifyRequest): Promise<ApiKeyRow> {
  const apiKey = bearer(request) ?? operatorCookie(request);
  if (apiKey === undefined) throw new ServiceError("missing-credentials", "Send the API key as a bearer token.");
  const found = await engine.findApiKey(hashApiKey(apiKey));
  if (found === undefined) throw new ServiceError("invalid-api-key");
  if (found.role === "operator" && request.method !== "GET")
    throw new ServiceError("forbidden", "An operator's key may only read.");
  return found;
}

/** Returns the session that a collector token is for. Throws `expired-token` or `invalid-token`, or `forbidden` for another session's. */
export function checkCollectorToken(
  { tokens, now }: Pick<ApiDeps, "tokens" | "now">,
  token: string | undefined,
  session: string,
): SessionClaim {
  if (token === undefined || token === "")
    throw new ServiceError("missing-credentials", "Send the collector token as a bearer token.");
  const checked = tokens.check(token, now());
  if (checked.kind === "expired") throw new ServiceError("expired-token");
  if (checked.kind === "forged") throw new ServiceError("invalid-token");
  if (checked.claim.session !== session) throw new ServiceError("forbidden", "This token is for another session.");
  return checked.claim;
}

export function bearer({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  return authorization?.startsWith("Bearer ") === true ? authorization.slice(7) || undefined : undefined;
}

function operatorCookie({ headers, method }: FastifyRequest): string | undefined {
  if (method !== "GET") return undefined;
  for (const part of headers.cookie?.split(";") ?? []) {
    const [name, value] = part.trim().split("=");
    if (name === OPERATOR_COOKIE) return value;
  }
  return undefined;
}
