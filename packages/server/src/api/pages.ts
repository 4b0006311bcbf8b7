import fastifyStatic from "@fastify/static";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import { hashApiKey } from "../keys/api-key.ts";
import type { ApiDeps } from "./api-deps.ts";
import { OPERATOR_COOKIE } from "./authenticate.ts";
import type { Api } from "./typed.ts";

export interface StaticDir {
  /** With both slashes, for example `/console/`. */
  readonly prefix: string;
  readonly dir: string;
}

/**
 * Built pages, and the way in for operators: `/console/login?key=…` puts an operator's key into a cookie that no script
 * can read and no other site can use, and that only opens what may be read.
 */
export async function mountPages(api: Api, deps: ApiDeps, dirs: readonly StaticDir[]): Promise<void> {
  for (const [i, { prefix, dir }] of dirs.entries())
    await api.register(fastifyStatic, { root: dir, prefix, decorateReply: i === 0, redirect: true });
  api.get(
    "/console/login",
    { schema: { hide: true, querystring: z.object({ key: z.string().max(200) }) } },
    async (request, reply) => {
      const found = await deps.engine.findApiKey(hashApiKey(request.query.key));
      if (found?.role !== "operator") throw new ServiceError("invalid-api-key", "This is no operator's key.");
      const secure = request.protocol === "https" ? "; Secure" : "";
      return reply
        .header("set-cookie", `${OPERATOR_COOKIE}=${request.query.key}; Path=/v1; HttpOnly; SameSite=Strict${secure}`)
        .header("cache-control", "no-store")
        .redirect("/console/", 303);
    },
  );
}
