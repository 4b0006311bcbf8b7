import { POLICY_PRESETS } from "@habitus/core";
import {
  PRESET_NAMES,
  policyId,
  policyList,
  policyRecord,
  policyRequest,
  simulationQuery,
  simulationSchema,
} from "@habitus/wire/schemas";
import { z } from "zod";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["application"];
const security = [{ apiKey: [] }];
const params = z.object({ id: policyId });

export function mountPolicies(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/policies",
    {
      schema: {
        summary: "The application's policies, the newest version of each",
        tags,
        security,
        response: { 200: policyList, ...problems() },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return { policies: [...(await deps.engine.listPolicies(application))] };
    },
  );
  api.get(
    "/v1/policies/:id",
    {
      schema: {
        summary: "A policy, and the thresholds that it comes to now",
        tags,
        security,
        params,
        querystring: z.object({ version: z.coerce.number().int().min(1).optional() }),
        response: { 200: policyRecord, ...problems(400, 404) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.readPolicy({ application, id: request.params.id, version: request.query.version });
    },
  );
  api.put(
    "/v1/policies/:id",
    {
      schema: {
        summary: "Save the next version of a policy, live or as a shadow",
        description: `With \`targets\`, or with a \`preset\`: ${PRESET_NAMES.join(", ")}.`,
        tags,
        security,
        params,
        body: policyRequest,
        response: { 200: policyRecord, ...problems(400, 403, 422, 507) },
      },
    },
    async (request) => {
      const { application, kind, actor: operator } = callerOf(request);
      const { role } = request.body;
      const actor = kind === "operator" ? operator : request.body.actor;
      const targets = "preset" in request.body ? POLICY_PRESETS[request.body.preset] : request.body.targets;
      return deps.engine.putPolicy({ application, id: request.params.id, role, actor, targets });
    },
  );
  api.get(
    "/v1/policies/:id/simulation",
    {
      schema: {
        summary: "What if the threshold, or the target, were another: from recorded scores",
        tags,
        security,
        params,
        querystring: simulationQuery,
        response: { 200: simulationSchema, ...problems(400, 404) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.simulate({ application, id: request.params.id, ...request.query });
    },
  );
}
