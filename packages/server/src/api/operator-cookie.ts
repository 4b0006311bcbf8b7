import type { FastifyRequest } from "fastify";
import type { ApiDeps } from "./api-deps.ts";
import { isSecure } from "./origin.ts";

/** The `__Host-` one is taken by browsers over TLS only and from no other host; without TLS there is the plain one. */
const NAMES = ["__Host-habitus-operator", "habitus-operator"] as const;

/** Returns the token of the sign-in that the browser holds. */
export function operatorToken(deps: Pick<ApiDeps, "publicUrl">, request: FastifyRequest): string | undefined {
  // Over TLS the plain one is not taken: a neighbouring host could have set it.
  const wanted = isSecure(deps, request) ? NAMES[0] : NAMES[1];
  const pairs = (request.headers.cookie?.split(";") ?? []).map((part) => part.trim().split("="));
  return pairs.find(([name, value]) => name === wanted && value)?.[1];
}

/** Returns the cookie of a sign-in: no script reads it, no other site sends it, the browser forgets it at its end. */
export function operatorCookie(deps: Pick<ApiDeps, "publicUrl">, request: FastifyRequest, token: string): string {
  return isSecure(deps, request)
    ? `${NAMES[0]}=${token}; Path=/; HttpOnly; SameSite=Strict; Secure`
    : `${NAMES[1]}=${token}; Path=/v1; HttpOnly; SameSite=Strict`;
}

/** Returns the cookie that takes it away. */
export function noOperatorCookie(deps: Pick<ApiDeps, "publicUrl">, request: FastifyRequest): string {
  return `${operatorCookie(deps, request, "")}; Max-Age=0`;
}
