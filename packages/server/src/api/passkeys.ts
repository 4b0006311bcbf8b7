import {
  linkRequest,
  passkeyAssertion,
  passkeyOptions,
  passkeyRegistration,
  signedInOperator,
} from "@habitus/wire/schemas";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import type { RelyingParty } from "../flows/passkeys.ts";
import type { NewSignIn } from "../flows/sign-ins.ts";
import type { ApiDeps } from "./api-deps.ts";
import { operatorOf } from "./caller.ts";
import { noOperatorCookie, operatorCookie } from "./operator-cookie.ts";
import { ownPage } from "./origin.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["console"];
const security = [{ operator: [] }];

/** How operators come in and go: what the console's page asks. */
export function mountPasskeys(api: Api, deps: ApiDeps): void {
  mountSignIn(api, deps);
  mountOwn(api, deps);
}

function mountSignIn(api: Api, deps: ApiDeps): void {
  const { engine, attempts } = deps;
  api.post(
    "/v1/operator/link",
    {
      schema: {
        summary: "Use a one-time link",
        tags,
        body: linkRequest,
        response: { 200: signedInOperator, ...problems(400, 403, 507) },
      },
    },
    async (request, reply) => {
      const { token } = request.body;
      const entered = await attempts.run({ request, reply }, () => engine.useLink({ token, address: request.ip }));
      return enter(deps, { request, reply, entered });
    },
  );
  api.post(
    "/v1/operator/sign-in/options",
    {
      schema: {
        summary: "What the browser signs in with a passkey for",
        tags,
        response: { 200: passkeyOptions, ...problems(403, 409) },
      },
    },
    async (request) => engine.beginSignIn(relyingParty(deps, request)),
  );
  api.post(
    "/v1/operator/sign-in",
    {
      schema: {
        summary: "Sign in with a passkey",
        tags,
        body: passkeyAssertion,
        response: { 200: signedInOperator, ...problems(400, 403, 409, 507) },
      },
    },
    async (request, reply) => {
      const attempt = { ...relyingParty(deps, request), ...request.body, address: request.ip };
      const entered = await attempts.run({ request, reply, trusted: `passkey ${request.body.response.id}` }, () =>
        engine.finishSignIn(attempt),
      );
      return enter(deps, { request, reply, entered });
    },
  );
}

function mountOwn(api: Api, deps: ApiDeps): void {
  const { engine, attempts } = deps;
  api.get(
    "/v1/operator",
    { schema: { summary: "Who is signed in", tags, security, response: { 200: signedInOperator, ...problems(403) } } },
    async (request) => engine.readOperator(operatorOf(request)),
  );
  api.post(
    "/v1/operator/sign-out",
    { schema: { summary: "Sign out", tags, security, response: { 204: z.null(), ...problems(403, 507) } } },
    async (request, reply) => {
      await engine.signOut(operatorOf(request));
      return reply.header("set-cookie", noOperatorCookie(deps, request)).code(204).send(null);
    },
  );
  api.post(
    "/v1/operator/passkeys/options",
    {
      schema: {
        summary: "What the browser makes a passkey with",
        tags,
        security,
        response: { 200: passkeyOptions, ...problems(403, 409) },
      },
    },
    async (request) => {
      const { operator } = operatorOf(request);
      return engine.beginPasskey({ operator, ...relyingParty(deps, request) });
    },
  );
  api.post(
    "/v1/operator/passkeys",
    {
      schema: {
        summary: "Register a passkey",
        tags,
        security,
        body: passkeyRegistration,
        response: { 200: signedInOperator, ...problems(400, 403, 409, 507) },
      },
    },
    async (request, reply) => {
      const { operator, hash } = operatorOf(request);
      const given = { operator, hash, ...relyingParty(deps, request), ...request.body };
      const entered = await attempts.run({ request, reply }, () => engine.addPasskey(given));
      return enter(deps, { request, reply, entered });
    },
  );
  api.delete(
    "/v1/operator/passkeys/:id",
    {
      schema: {
        summary: "Remove a passkey of one's own",
        tags,
        security,
        params: z.object({ id: z.string().max(1400) }),
        response: { 204: z.null(), ...problems(403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { operator, actor } = operatorOf(request);
      await engine.removePasskey({ operator, actor, credential: request.params.id });
      return reply.code(204).send(null);
    },
  );
}

/** Answers with who is signed in now; the token goes into the cookie alone. */
function enter(
  deps: ApiDeps,
  { request, reply, entered }: { request: FastifyRequest; reply: FastifyReply; entered: NewSignIn },
) {
  reply.header("set-cookie", operatorCookie(deps, request, entered.token));
  return entered.operator;
}

function relyingParty(deps: ApiDeps, request: FastifyRequest): RelyingParty {
  const { origin, rpId } = ownPage(deps, request);
  if (rpId === undefined)
    throw new ServiceError(
      "no-passkeys-here",
      "Passkeys belong to a name: open the console at http://localhost, or set HABITUS_PUBLIC_URL to its address.",
    );
  return { origin, rpId };
}
