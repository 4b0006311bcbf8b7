import {
  meAccommodationRequest,
  meConsentRequest,
  meEraseRequest,
  mePauseRequest,
  meResponse,
  pageRenewal,
  pageRequest,
  pageResponse,
  subjectExport,
} from "@habitus/wire/schemas";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import type { PageClaim } from "../keys/page-token.ts";
import type { ApiDeps } from "./api-deps.ts";
import { bearer } from "./authenticate.ts";
import { callerOf } from "./caller.ts";
import { problems, subjectParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["subject"];
const security = [{ pageToken: [] }];

/** The subject's own page: its link for the application's server, and what the page asks with the link's token alone. */
export function mountMe(api: Api, deps: ApiDeps): void {
  mountLink(api, deps);
  const { engine } = deps;
  const answers = { 200: meResponse, ...problems(400, 403, 507) };
  api.get(
    "/v1/me",
    { schema: { summary: "What is kept about me", tags, security, response: answers } },
    async (request, reply) => engine.readMe(await claimOf(deps, request, reply)),
  );
  api.put(
    "/v1/me/consent",
    {
      schema: {
        summary: "Give or withdraw a consent",
        tags,
        security,
        body: meConsentRequest,
        response: { ...answers, ...problems(409) },
      },
    },
    async (request, reply) => engine.giveMyConsent(await claimOf(deps, request, reply), request.body),
  );
  api.put(
    "/v1/me/pause",
    { schema: { summary: "Stop for a while", tags, security, body: mePauseRequest, response: answers } },
    async (request, reply) => engine.pauseMe(await claimOf(deps, request, reply), request.body.minutes),
  );
  api.delete(
    "/v1/me/pause",
    { schema: { summary: "Go on again", tags, security, response: answers } },
    async (request, reply) => engine.pauseMe(await claimOf(deps, request, reply), 0),
  );
  api.put(
    "/v1/me/accommodation",
    {
      schema: {
        summary: "Switch kinds of input off, or have the limits widened",
        tags,
        security,
        body: meAccommodationRequest,
        response: answers,
      },
    },
    async (request, reply) => engine.accommodateMe(await claimOf(deps, request, reply), request.body),
  );
  api.get(
    "/v1/me/export",
    {
      schema: {
        summary: "Everything kept about me",
        tags,
        security,
        response: { 200: subjectExport, ...problems() },
      },
    },
    async (request, reply) => {
      const exported = await engine.exportMe(await claimOf(deps, request, reply));
      return reply.header("content-disposition", 'attachment; filename="habitus-export.json"').send(exported);
    },
  );
  api.post(
    "/v1/me/erasure",
    {
      schema: {
        summary: "Erase everything kept about me",
        tags,
        security,
        body: meEraseRequest,
        response: { 204: z.null(), ...problems(400, 507) },
      },
    },
    async (request, reply) => {
      await engine.eraseMe(await claimOf(deps, request, reply));
      return reply.code(204).send(null);
    },
  );
}

function mountLink(api: Api, deps: ApiDeps): void {
  api.post(
    "/v1/subjects/:subject/page",
    {
      schema: {
        summary: "A link to the subject's own page, for who is signed in as the subject",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: subjectParams,
        body: pageRequest,
        response: { 201: pageResponse, ...problems(400, 403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { application } = callerOf(request);
      const { returnTo = null } = request.body ?? {};
      const claim = await deps.engine.openPage({ application, subject: request.params.subject, returnTo });
      const { token, expiresAt, endsAt } = renewalOf(deps, claim);
      const origin = deps.publicUrl?.origin ?? `${request.protocol}://${request.host}`;
      return reply.code(201).send({ url: `${origin}/me/#${token}`, token, expiresAt, endsAt });
    },
  );
  api.post(
    "/v1/me/token",
    {
      schema: {
        summary: "The page goes on being used",
        tags,
        security,
        response: { 200: pageRenewal, ...problems() },
      },
    },
    async (request, reply) => renewalOf(deps, await deps.engine.renewPage(await claimOf(deps, request, reply))),
  );
}

function renewalOf({ pageTokens }: ApiDeps, claim: PageClaim) {
  const { expiresAt, endsAt } = claim;
  return { token: pageTokens.issue(claim), expiresAt, endsAt };
}

/** Nothing but a page token opens these routes: no API key, no operator's session. One that was made up is counted as a guess. */
async function claimOf(
  { pageTokens, attempts, now }: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<PageClaim> {
  const token = bearer(request);
  if (token === undefined) throw new ServiceError("missing-credentials", "Open the page from the application.");
  return attempts.run({ request, reply, kind: "pageToken", check: "first" }, async () => {
    const checked = pageTokens.check(token, now());
    if (checked.kind === "forged") throw new ServiceError("invalid-token");
    if (checked.kind === "over") throw new ServiceError("page-over");
    return checked.claim;
  });
}
