import { serviceStatus } from "@habitus/wire/schemas";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

export function mountStatus(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/status",
    {
      schema: {
        summary: "What people are compared with, and what an operator should know of it",
        tags: ["application"],
        security: [{ apiKey: [] }],
        response: { 200: serviceStatus, ...problems() },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.readStatus(application);
    },
  );
}
