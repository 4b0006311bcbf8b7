import { OPERATOR_ROLES } from "@habitus/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../error.ts";
import { hashApiKey } from "../keys/api-key.ts";
import { hashOperatorToken } from "../keys/operator-token.ts";
import type { SessionClaim } from "../keys/session-token.ts";
import { type Access, accessOf } from "./access.ts";
import type { ApiDeps } from "./api-deps.ts";
import { type ApplicationCaller, type Caller, type OperatorCaller, setCaller } from "./caller.ts";
import { noOperatorCookie, operatorToken } from "./operator-cookie.ts";
import { requireOwnPage } from "./origin.ts";
import { createRequestLimit } from "./request-limit.ts";
import type { Api } from "./typed.ts";
import { noteView } from "./views.ts";

/** One hook before every route of the scope: finds out who asks, and refuses whoever the table of access does not let. */
export function mountGuard(
  scope: Api,
  deps: ApiDeps,
  { requestsPerMinute }: { readonly requestsPerMinute: number },
): void {
  const strangers = createRequestLimit(deps.now, requestsPerMinute);
  scope.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat())
      if (accessOf(one, url) === undefined)
        throw new TypeError(`api/access.ts does not say who may ask for ${one} ${url}`);
  });
  scope.addHook("onRequest", async (request, reply) => {
    const { url } = request.routeOptions;
    const access = url === undefined ? undefined : accessOf(request.method, url);
    if (access === undefined) throw new ServiceError("not-found");
    if (access.who === "page") requireOwnPage(deps, request);
    if (access.who !== "operator" && access.who !== "application") return;
    const caller = await authenticate(deps, request, reply).catch((error: unknown) => {
      strangers.count(request.ip, reply); // whoever is let in is counted for themselves
      throw error;
    });
    requireRight(access, caller);
    setCaller(request, caller);
    await noteView(deps, access, request);
  });
  scope.addHook("preHandler", async ({ body }) => {
    const { actor } = (body ?? {}) as { actor?: unknown }; // of unknown type until tested
    if (typeof actor === "string" && OWN_NAMES.test(actor))
      throw new ServiceError(
        "malformed-request",
        `"${actor}" is what the service itself calls somebody: choose another actor.`,
      );
  });
}

/** The audit log's own words for who did something. An application says of its people what it likes, but not these. */
const OWN_NAMES = /^\s*(operator:|(host|habitus|unknown)\s*$)/i;

async function authenticate(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
  const apiKey = bearer(request);
  if (apiKey !== undefined) return applicationOf(deps, request, { reply, apiKey });
  const token = operatorToken(deps, request);
  if (token === undefined)
    throw new ServiceError("missing-credentials", "Send the API key as a bearer token, or sign in to the console.");
  requireOwnPage(deps, request);
  return signedIn(deps, request, { reply, token });
}

async function applicationOf(
  { engine, attempts, now }: ApiDeps,
  request: FastifyRequest,
  { reply, apiKey }: { readonly reply: FastifyReply; readonly apiKey: string },
): Promise<ApplicationCaller> {
  const hash = hashApiKey(apiKey);
  const id = hash.toString("base64url");
  return attempts.run({ request, reply, kind: "apiKey", trusted: id }, async () => {
    const found = await engine.findApiKey(hash);
    if (found === undefined) throw new ServiceError("invalid-api-key");
    const { application, expiresAt } = found;
    if (expiresAt !== null && expiresAt <= now()) throw new ServiceError("expired-api-key");
    return { kind: "application", application, actor: "application", id, scopes: found.scopes };
  });
}

async function signedIn(
  deps: ApiDeps,
  request: FastifyRequest,
  { reply, token }: { readonly reply: FastifyReply; readonly token: string },
): Promise<OperatorCaller> {
  const { engine, attempts } = deps;
  const hash = hashOperatorToken(token);
  const id = hash.toString("base64url");
  return attempts.run({ request, reply, kind: "signIn", trusted: id }, async () => {
    const { application, operator, name, role, enrolling } = await engine.readSignIn(hash).catch((error: unknown) => {
      reply.header("set-cookie", noOperatorCookie(deps, request)); // or the page would go on to send it
      throw error;
    });
    return { kind: "operator", application, actor: `operator:${name}`, id, operator, role, enrolling, hash };
  });
}

/** Whether who asked may still: a key that was ended and an operator who left see no more of a stream that they opened before. */
export function isStillLetIn({ engine, now }: Pick<ApiDeps, "engine" | "now">, caller: Caller): Promise<boolean> {
  const found =
    caller.kind === "operator"
      ? engine.readSignIn(caller.hash).then(() => true)
      : engine
          .findApiKey(Buffer.from(caller.id, "base64url"))
          .then((key) => key !== undefined && (key.expiresAt === null || key.expiresAt > now()));
  return found.catch(() => false);
}

function requireRight(access: Extract<Access, { who: "operator" | "application" }>, caller: Caller): void {
  if (caller.kind === "application") {
    if (access.who === "operator") throw new ServiceError("forbidden", "This is for who is signed in to the console.");
    if (!caller.scopes.includes(access.scope))
      throw new ServiceError("forbidden", `This API key lacks the scope \`${access.scope}\`.`);
    return;
  }
  if (access.who === "operator") {
    if (caller.enrolling && access.whileEnrolling !== true) throw new ServiceError("forbidden", ENROL_FIRST);
    return;
  }
  if (caller.enrolling) throw new ServiceError("forbidden", ENROL_FIRST);
  const { from } = access;
  if (from === undefined) throw new ServiceError("forbidden", "Only the application's own server may do this.");
  if (OPERATOR_ROLES.indexOf(caller.role) < OPERATOR_ROLES.indexOf(from))
    throw new ServiceError("forbidden", `This needs the role \`${from}\`; yours is \`${caller.role}\`.`);
}

const ENROL_FIRST = "Register a passkey first.";

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
