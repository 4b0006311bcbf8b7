import { openSessionRequest, openSessionResponse, sessionList } from "@habitus/wire/schemas";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const SESSIONS_SHOWN = 100;

export function mountSessions(api: Api, deps: ApiDeps): void {
  api.post(
    "/v1/sessions",
    {
      schema: {
        summary: "Open a session",
        tags: ["application"],
        security: [{ apiKey: [] }],
        body: openSessionRequest,
        response: { 201: openSessionResponse, ...problems(400, 403, 507) },
      },
    },
    async (request, reply) => {
      const { application } = callerOf(request);
      const { subject, context, policyContext, signedIn } = request.body;
      const opening = { application, subject, context, policyContext, signedIn };
      return reply.code(201).send(await deps.engine.openSession(opening));
    },
  );
  api.get(
    "/v1/sessions",
    {
      schema: {
        summary: "The newest sessions",
        tags: ["application"],
        security: [{ apiKey: [] }],
        response: { 200: sessionList, ...problems() },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return { sessions: await deps.engine.listSessions(application, { limit: SESSIONS_SHOWN }) };
    },
  );
}
