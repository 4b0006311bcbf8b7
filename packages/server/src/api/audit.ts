import { auditList, auditMarks } from "@habitus/wire/schemas";
import { z } from "zod";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const ENTRIES_SHOWN = 500;

export function mountAudit(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/audit",
    {
      schema: {
        summary: "Audit entries, oldest first",
        tags: ["application"],
        security: [{ apiKey: [] }],
        querystring: z.object({ after: z.coerce.number().int().min(0).default(0) }),
        response: { 200: auditList, ...problems(400) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return { entries: [...(await deps.engine.listAudit(application, request.query.after, ENTRIES_SHOWN))] };
    },
  );
  api.get(
    "/v1/audit/marks",
    {
      schema: {
        summary: "The signed head and checkpoints of the audit log, and the key to check them with",
        tags: ["application"],
        security: [{ apiKey: [] }],
        response: { 200: auditMarks, ...problems(403) },
      },
    },
    async (request) => deps.engine.readMarks(callerOf(request).application),
  );
}
