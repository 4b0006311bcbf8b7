import { randomBytes } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import { fastify } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { mountAccess } from "./api/access-routes.ts";
import type { ApiDeps } from "./api/api-deps.ts";
import { mountAssessment } from "./api/assessment.ts";
import { mountAudit } from "./api/audit.ts";
import { mountGuard } from "./api/authenticate.ts";
import { mountBatches } from "./api/batches.ts";
import { findCaller } from "./api/caller.ts";
import { mountEvents } from "./api/events.ts";
import { DATA_HEADERS, mountHeaders } from "./api/headers.ts";
import { mountHealth } from "./api/health.ts";
import { mountKeys } from "./api/keys.ts";
import { mountMe } from "./api/me.ts";
import { collectOpenApi, mountOpenApi } from "./api/openapi.ts";
import { mountPages, type StaticDir } from "./api/pages.ts";
import { mountPolicies } from "./api/policies.ts";
import { mountProblems, PROBLEM_TYPE, problemBody } from "./api/problems.ts";
import { mountSessions } from "./api/sessions.ts";
import { mountSettings } from "./api/settings.ts";
import { mountStatus } from "./api/status.ts";
import { mountSubjects } from "./api/subjects.ts";
import type { Api } from "./api/typed.ts";
import { ServiceError } from "./error.ts";

export interface AppOptions {
  readonly origins: readonly string[];
  readonly staticDirs: readonly StaticDir[];
  readonly requestsPerMinute: number;
  readonly trustProxy: number;
}

const BODY_LIMIT = 64 * 1024;
const LONGEST_PARAMETER = 400;

/** Returns the HTTP server, not yet listening. */
export async function createApp(deps: ApiDeps, options: AppOptions): Promise<Api> {
  const run = randomBytes(6).toString("base64url");
  let count = 0;
  let closing = false;
  const app: Api = fastify({
    logger: false, // requests are logged below, by route and without what was sent
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustProxy > 0 && ((_address, hop) => hop < options.trustProxy),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    forceCloseConnections: "idle",
    genReqId: () => {
      count += 1;
      return `${run}-${count.toString(36)}`;
    },
    frameworkErrors: (_error, request, reply) => {
      const body = problemBody("malformed-request", request.id, "The address cannot be read.");
      reply.raw.writeHead(body.status, { ...DATA_HEADERS, "content-type": PROBLEM_TYPE }).end(JSON.stringify(body));
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  mountHeaders(app, deps);
  mountProblems(app, deps);
  app.addHook("preClose", async () => {
    closing = true;
  });
  await collectOpenApi(app);
  await mountBatches(app, deps, options);
  await app.register(async (scope: Api) => {
    logRequests(scope, deps);
    await scope.register(websocket, { options: { maxPayload: 1024 } }); // first: it ends the upgrades that the guard refuses
    mountGuard(scope, deps, options);
    await scope.register(rateLimit, {
      max: options.requestsPerMinute,
      timeWindow: 60_000,
      // A key counts for itself once it was found to be right; whoever makes keys up counts with the address.
      keyGenerator: (request) => findCaller(request)?.id ?? request.ip,
      errorResponseBuilder: () => new ServiceError("rate-limited"),
    });
    mountOpenApi(scope);
    mountSessions(scope, deps);
    mountAssessment(scope, deps);
    mountEvents(scope, deps);
    mountSubjects(scope, deps);
    mountMe(scope, deps);
    mountSettings(scope, deps);
    mountKeys(scope, deps);
    mountPolicies(scope, deps);
    mountAudit(scope, deps);
    mountStatus(scope, deps);
    mountHealth(scope, deps, () => closing);
    mountAccess(scope, deps);
    await mountPages(scope, options.staticDirs);
  });
  return app;
}

function logRequests(scope: Api, { log, metrics }: ApiDeps): void {
  scope.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const status = reply.statusCode;
    metrics.requests.observe({ route, status: String(status) }, reply.elapsedTime / 1000);
    log.info(
      { requestId: request.id, method: request.method, route, status, ms: Math.round(reply.elapsedTime) },
      "request",
    );
  });
}
