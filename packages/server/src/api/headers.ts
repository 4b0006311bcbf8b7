import { isInTable } from "./access.ts";
import type { ApiDeps } from "./api-deps.ts";
import { isRead, isSecure } from "./origin.ts";
import type { Api } from "./typed.ts";

/** What every answer says. */
const EVERYWHERE = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-permitted-cross-domain-policies": "none",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
} as const;

/** Data and problems: nothing of it is a page, and nobody keeps it. */
export const DATA_HEADERS = {
  ...EVERYWHERE,
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
} as const;

/** Pages: nothing but our own files; no inline script or style, no frame, no plug-in. */
const PAGE_HEADERS = {
  ...EVERYWHERE,
  "content-security-policy": [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "img-src 'self' data:",
    "require-trusted-types-for 'script'",
  ].join("; "),
} as const;

const TWO_YEARS_SECONDS = 63_072_000;

/** Sets the headers before anything else can answer, so that problems, redirects and what no route serves have them too. */
export function mountHeaders(app: Api, deps: Pick<ApiDeps, "publicUrl">): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { url } = request.routeOptions;
    const isPage = url !== undefined && !isInTable(request.method, url) && isRead(request.method);
    reply.headers(isPage ? PAGE_HEADERS : DATA_HEADERS);
    if (isSecure(deps, request))
      reply.header("strict-transport-security", `max-age=${TWO_YEARS_SECONDS}; includeSubDomains`);
    done();
  });
}
