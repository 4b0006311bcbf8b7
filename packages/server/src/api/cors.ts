import { MAC_HEADER } from "@habitus/wire";
import type { ApiDeps } from "./api-deps.ts";
import type { Api } from "./typed.ts";

const LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export interface CorsOptions {
  readonly route: string;
  /** Allowed beside the applications' own; `localhost` stands for any port of this machine. */
  readonly origins: readonly string[];
}

/** Lets pages of the applications' origins send batches and read the acknowledgement; no credentials, no other route. */
export function mountCors(scope: Api, deps: Pick<ApiDeps, "engine" | "now">, { route, origins }: CorsOptions): void {
  const isAllowed = createOriginCheck(deps, origins);
  scope.addHook("onRequest", (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined) return done();
    reply.header("vary", "origin");
    isAllowed(origin).then((allowed) => {
      if (allowed) reply.header("access-control-allow-origin", origin);
      done();
    }, done);
  });
  scope.options(route, { schema: { hide: true }, config: { rateLimit: false } }, async (_request, reply) => {
    reply.header("access-control-allow-methods", "POST");
    reply.header("access-control-allow-headers", `authorization, content-type, ${MAC_HEADER}`);
    reply.header("access-control-max-age", "600");
    return reply.code(204).send();
  });
}

const REMEMBER_MS = 5_000;

function createOriginCheck({ engine, now }: Pick<ApiDeps, "engine" | "now">, origins: readonly string[]) {
  let known = new Set<string>();
  let knownUntil = 0;
  return async (origin: string): Promise<boolean> => {
    if (origins.includes("localhost") && LOCAL.test(origin)) return true;
    if (now() >= knownUntil) {
      const applications = await engine.listApplications();
      known = new Set([...origins, ...applications.flatMap((row) => row.origins)]);
      knownUntil = now() + REMEMBER_MS;
    }
    return known.has(origin);
  };
}
