import { z } from "zod";
import { ServiceError } from "../error.ts";
import type { ApiDeps } from "./api-deps.ts";
import { problems } from "./schemas.ts";
import type { Api } from "./typed.ts";

export function mountHealth(api: Api, deps: ApiDeps, isClosing: () => boolean): void {
  const status = z.object({ status: z.literal("ok") });
  api.get(
    "/healthz",
    { schema: { summary: "The process runs", tags: ["operations"], response: { 200: status } } },
    async () => ({ status: "ok" as const }),
  );
  api.get(
    "/readyz",
    { schema: { summary: "Requests can be served", tags: ["operations"], response: { 200: status, ...problems() } } },
    async () => {
      if (isClosing()) throw new ServiceError("unavailable", "The service is shutting down.");
      await deps.engine.ping();
      return { status: "ok" as const };
    },
  );
  api.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type(deps.metrics.registry.contentType)
      .send(`${await deps.metrics.registry.metrics()}\n${await deps.engine.readMetrics()}`),
  );
}
