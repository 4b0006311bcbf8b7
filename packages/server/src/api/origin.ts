import type { FastifyRequest } from "fastify";
import { ServiceError } from "../error.ts";
import type { ApiDeps } from "./api-deps.ts";

/** Where our own pages are, as their visitors see it. */
export interface OwnPage {
  readonly origin: string;
  /** The relying party of passkeys; undefined where there can be none: an address of numbers, or a name that nobody vouches for. */
  readonly rpId: string | undefined;
}

/**
 * Returns where our pages are. Without a configured public address only this machine's own name is believed: any other `Host` may be what
 * an attacker's proxy sent, and passkeys made for it would be the attacker's to ask for.
 */
export function ownPage({ publicUrl }: Pick<ApiDeps, "publicUrl">, request: FastifyRequest): OwnPage {
  if (publicUrl !== undefined) {
    const { origin, hostname } = publicUrl;
    return { origin, rpId: hostname };
  }
  const { protocol, host, hostname } = request;
  return { origin: `${protocol}://${host}`, rpId: hostname === "localhost" ? hostname : undefined };
}

/** Whether visitors come over TLS. */
export function isSecure({ publicUrl }: Pick<ApiDeps, "publicUrl">, request: FastifyRequest): boolean {
  return request.protocol === "https" || publicUrl?.protocol === "https:";
}

export function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/**
 * Throws `forbidden` unless the request comes from a page of our own. To change something the browser must say so (`Origin` or
 * `Sec-Fetch-Site`) and the body must be JSON, which no form can send; to read, nothing may say otherwise.
 */
export function requireOwnPage(deps: Pick<ApiDeps, "publicUrl">, request: FastifyRequest): void {
  const { origin, "sec-fetch-site": site, "content-type": type } = request.headers;
  const says = [
    ...(origin === undefined ? [] : [origin === ownPage(deps, request).origin]),
    ...(site === undefined ? [] : [site === "same-origin" || (site === "none" && isRead(request.method))]),
  ];
  const proven = says.length > 0 || isRead(request.method);
  if (!proven || says.includes(false)) throw new ServiceError("forbidden", "This is taken from our own pages only.");
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) throw new ServiceError("unsupported-media-type");
}
