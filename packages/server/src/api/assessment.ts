import { assessmentSchema, contextRequest, outcomeRequest } from "@habitus/wire/schemas";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems, sessionParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

export function mountAssessment(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/sessions/:session/assessment",
    {
      schema: {
        summary: "Is it still the same person?",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        response: { 200: assessmentSchema, ...problems(404) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.assess(application, request.params.session);
    },
  );
  api.post(
    "/v1/sessions/:session/outcomes",
    {
      schema: {
        summary: "Report how a step-up went, or that the session is over",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        body: outcomeRequest,
        response: { 200: assessmentSchema, ...problems(400, 403, 404, 409, 507) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      const { outcome, actor, since } = request.body;
      return deps.engine.recordOutcome({ application, session: request.params.session, outcome, actor, since });
    },
  );
  api.put(
    "/v1/sessions/:session/context",
    {
      schema: {
        summary: "Say how much is at stake now",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        body: contextRequest,
        response: { 200: assessmentSchema, ...problems(400, 403, 404, 409, 507) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.setContext({ application, session: request.params.session, ...request.body });
    },
  );
}
