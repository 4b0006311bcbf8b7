import { addOperatorRequest, oneTimeLink, operatorList } from "@habitus/wire/schemas";
import { z } from "zod";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["administration"];
const security = [{ apiKey: [] }, { operator: [] }];
const params = z.object({ operator: z.string().max(64) });

export function mountOperators(api: Api, { engine }: ApiDeps): void {
  api.get(
    "/v1/operators",
    {
      schema: {
        summary: "Who may open the console",
        tags,
        security,
        response: { 200: operatorList, ...problems(403) },
      },
    },
    async (request) => ({ operators: await engine.listOperators(callerOf(request).application) }),
  );
  api.post(
    "/v1/operators",
    {
      schema: {
        summary: "Let somebody open the console; answers with the token of a one-time link to register a passkey",
        tags,
        security,
        body: addOperatorRequest,
        response: { 201: oneTimeLink, ...problems(400, 403, 409, 507) },
      },
    },
    async (request, reply) => {
      const { application, actor } = callerOf(request);
      return reply.code(201).send(await engine.addOperator({ application, actor, ...request.body }));
    },
  );
  api.post(
    "/v1/operators/:operator/link",
    {
      schema: {
        summary: "Another one-time link to register a passkey",
        tags,
        security,
        params,
        response: { 201: oneTimeLink, ...problems(403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { application, actor } = callerOf(request);
      const { operator } = request.params;
      return reply.code(201).send(await engine.makeLink({ application, operator, kind: "enrolment", actor }));
    },
  );
  api.delete(
    "/v1/operators/:operator",
    {
      schema: {
        summary: "Shut the console to somebody, at once",
        tags,
        security,
        params,
        response: { 204: z.null(), ...problems(403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { application, actor } = callerOf(request);
      await engine.removeOperator({ application, operator: request.params.operator, actor });
      return reply.code(204).send(null);
    },
  );
}
