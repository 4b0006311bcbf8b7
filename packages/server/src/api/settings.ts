import { settingsRequest, settingsResponse } from "@habitus/wire/schemas";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["application"];
const security = [{ apiKey: [] }];

export function mountSettings(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/settings",
    {
      schema: {
        summary: "How much is collected and how long it is kept, and what is kept now",
        tags,
        security,
        response: { 200: settingsResponse, ...problems(403) },
      },
    },
    async (request) => deps.engine.readSettings(callerOf(request).application),
  );
  api.put(
    "/v1/settings",
    {
      schema: {
        summary: "Change some of the settings",
        tags,
        security,
        body: settingsRequest,
        response: { 200: settingsResponse, ...problems(400, 403, 507) },
      },
    },
    async (request) => {
      const { application, actor, kind } = callerOf(request);
      const { actor: said, ...change } = request.body;
      return deps.engine.putSettings({ ...change, application, actor: kind === "operator" ? actor : said });
    },
  );
}
