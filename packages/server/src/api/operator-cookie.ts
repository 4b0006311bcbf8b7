import type { FastifyRequest } from "fastify";
import type { ApiDeps } from "./api-deps.ts";
import { isSecure } from "./origin.ts";

/** The `__Host-` one is taken by browsers over TLS only and from no other host; without TLS there is the plain one. */
const NAMES = ["__Host-habitus-operator", "habitus-operator"] as const;

/** Returns the token of the sign-in that the browser holds. */
export function operatorToken({ headers }: FastifyRequest): string | undefined {
  const pairs = (headers.cookie?.split(";") ?? []).map((part) => part.trim().split("="));
  for (const wanted of NAMES) for (const [name, value] of pairs) if (name === wanted && value) return value;
  return undefined;
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
