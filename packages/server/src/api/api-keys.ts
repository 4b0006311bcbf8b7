import { addApiKeyRequest, apiKeyList, DEFAULT_SCOPES, madeApiKey, rotateApiKeyRequest } from "@habitus/wire/schemas";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import type { ApiDeps } from "./api-deps.ts";
import { type Caller, callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["administration"];
const security = [{ apiKey: [] }, { operator: [] }];
const params = z.object({ id: z.string().max(64) });

export function mountApiKeys(api: Api, { engine }: ApiDeps): void {
  api.get(
    "/v1/api-keys",
    {
      schema: {
        summary: "The application's API keys",
        tags,
        security,
        response: { 200: apiKeyList, ...problems(403) },
      },
    },
    async (request) => ({ keys: await engine.listApiKeys(callerOf(request).application) }),
  );
  api.post(
    "/v1/api-keys",
    {
      schema: {
        summary: "Make an API key",
        tags,
        security,
        body: addApiKeyRequest,
        response: { 201: madeApiKey, ...problems(400, 403, 507) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { label, scopes = [...DEFAULT_SCOPES], expiresInDays } = request.body;
      requireOwn(caller, scopes);
      const made = { label, scopes, expiresInDays, actor: caller.actor };
      return reply.code(201).send(await engine.addKeyTo(caller.application, made));
    },
  );
  api.post(
    "/v1/api-keys/:id/rotation",
    {
      schema: {
        summary: "Make the key that comes after this one; both are taken for a while",
        tags,
        security,
        params,
        body: rotateApiKeyRequest,
        response: { 201: madeApiKey, ...problems(400, 403, 404, 507) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { application, actor } = caller;
      const { id } = request.params;
      const known = (await engine.listApiKeys(application)).find((key) => key.id === id);
      requireOwn(caller, known?.scopes ?? []);
      const { overlapHours } = request.body;
      return reply.code(201).send(await engine.rotateApiKey({ application, id, overlapHours, actor }));
    },
  );
  api.delete(
    "/v1/api-keys/:id",
    {
      schema: {
        summary: "End an API key at once",
        tags,
        security,
        params,
        response: { 204: z.null(), ...problems(403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { application, actor } = callerOf(request);
      await engine.revokeApiKey({ application, id: request.params.id, actor });
      return reply.code(204).send(null);
    },
  );
}

/** A key makes no key that may do more than itself. */
function requireOwn(caller: Caller, scopes: readonly string[]): void {
  if (caller.kind === "operator") return;
  const own: readonly string[] = caller.scopes;
  const missing = scopes.filter((scope) => !own.includes(scope));
  if (missing.length > 0)
    throw new ServiceError("forbidden", `This API key cannot give what it has not: ${missing.join(", ")}.`);
}
