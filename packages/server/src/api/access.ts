import type { OperatorRole, Scope } from "@habitus/wire";
import { isRead } from "./origin.ts";

/** What an operator's request shows of persons; each time is in the audit log. */
export type View = "sessions" | "session" | "subject";

/**
 * Who may ask for a route. `application`: an API key with the scope, and operators from the role on where one is named. `operator`: who is
 * signed in to the console. `page`: anybody, from a page of our own. `browser`, `subject` and
 * `host` carry tokens that their routes check.
 */
export type Access =
  | { readonly who: "anybody" | "browser" | "host" | "page" | "subject" }
  | { readonly who: "operator"; readonly whileEnrolling?: true }
  | { readonly who: "application"; readonly scope: Scope; readonly from?: OperatorRole; readonly view?: View };

/** An API key with the scope; operators from the role on, where one is named. */
function scope(name: Scope, from?: OperatorRole, view?: View): Access {
  return {
    who: "application",
    scope: name,
    ...(from === undefined ? {} : { from }),
    ...(view === undefined ? {} : { view }),
  };
}

/** The least that a request needs, route by route. A route that is not here is not served. */
export const ACCESS: Readonly<Record<string, Access>> = {
  "POST /v1/sessions": scope("sessions"),
  "GET /v1/sessions": scope("sessions", "viewer", "sessions"),
  "POST /v1/sessions/:session/batches": { who: "browser" },
  "GET /v1/sessions/:session/assessment": scope("sessions", "analyst", "session"),
  "GET /v1/sessions/:session/events": scope("sessions", "analyst", "session"),
  "POST /v1/sessions/:session/outcomes": scope("sessions"),
  "PUT /v1/sessions/:session/context": scope("sessions"),
  "GET /v1/subjects/:subject": scope("subjects", "analyst", "subject"),
  "PUT /v1/subjects/:subject/consent": scope("subjects"),
  "PUT /v1/subjects/:subject/accommodation": scope("subjects", "admin", "subject"),
  "POST /v1/subjects/:subject/enrolment": scope("subjects"),
  "GET /v1/subjects/:subject/export": scope("subjects", "admin", "subject"),
  "DELETE /v1/subjects/:subject": scope("subjects", "admin", "subject"),
  "POST /v1/subjects/:subject/key-rotation": scope("subjects", "admin", "subject"),
  "POST /v1/subjects/:subject/page": scope("subjects"),
  "GET /v1/me": { who: "subject" },
  "POST /v1/me/token": { who: "subject" },
  "PUT /v1/me/consent": { who: "subject" },
  "PUT /v1/me/pause": { who: "subject" },
  "DELETE /v1/me/pause": { who: "subject" },
  "PUT /v1/me/accommodation": { who: "subject" },
  "GET /v1/me/export": { who: "subject" },
  "POST /v1/me/erasure": { who: "subject" },
  "GET /v1/settings": scope("settings", "admin"),
  "PUT /v1/settings": scope("settings", "admin"),
  "GET /v1/policies": scope("policies", "viewer"),
  "GET /v1/policies/:id": scope("policies", "viewer"),
  "PUT /v1/policies/:id": scope("policies", "admin"),
  "GET /v1/policies/:id/simulation": scope("policies", "analyst"),
  "GET /v1/status": scope("sessions", "viewer"),
  "GET /v1/audit": scope("audit", "admin"),
  "GET /v1/audit/marks": scope("audit", "admin"),
  "GET /v1/api-keys": scope("keys", "admin"),
  "POST /v1/api-keys": scope("keys", "admin"),
  "POST /v1/api-keys/:id/rotation": scope("keys", "admin"),
  "DELETE /v1/api-keys/:id": scope("keys", "admin"),
  "GET /v1/operators": scope("operators", "admin"),
  "POST /v1/operators": scope("operators", "admin"),
  "POST /v1/operators/:operator/link": scope("operators", "admin"),
  "DELETE /v1/operators/:operator": scope("operators", "admin"),
  "POST /v1/operator/link": { who: "page" },
  "POST /v1/operator/sign-in/options": { who: "page" },
  "POST /v1/operator/sign-in": { who: "page" },
  "GET /v1/operator": { who: "operator", whileEnrolling: true },
  "POST /v1/operator/sign-out": { who: "operator", whileEnrolling: true },
  "POST /v1/operator/passkeys/options": { who: "operator", whileEnrolling: true },
  "POST /v1/operator/passkeys": { who: "operator", whileEnrolling: true },
  "DELETE /v1/operator/passkeys/:id": { who: "operator" },
  "GET /v1/host/keys": { who: "host" },
  "POST /v1/host/keys/rotation": { who: "host" },
  "DELETE /v1/host/keys/:version": { who: "host" },
  "POST /v1/host/subjects/rotation": { who: "host" },
  "POST /v1/host/subjects/rotations": { who: "host" },
  "GET /healthz": { who: "anybody" },
  "GET /readyz": { who: "anybody" },
  "GET /metrics": { who: "anybody" },
  "GET /openapi.json": { who: "anybody" },
};

/** Returns who may ask; `undefined` for a route that is not in the table. Built pages are for anybody. */
export function accessOf(method: string, route: string): Access | undefined {
  if (isInTable(method, route)) return ACCESS[keyOf(method, route)];
  return !route.startsWith("/v1/") && isRead(method) ? { who: "anybody" } : undefined;
}

export function isInTable(method: string, route: string): boolean {
  return Object.hasOwn(ACCESS, keyOf(method, route));
}

function keyOf(method: string, route: string): string {
  return `${method === "HEAD" ? "GET" : method} ${route}`;
}
