import { PROBLEMS, type Problem, type ProblemCode } from "@habitus/wire";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { type ProblemExtras, ServiceError } from "../error.ts";
import { isDamage, KeyError } from "../keys/key-provider.ts";
import { StorageError } from "../storage/storage.ts";
import type { ApiDeps } from "./api-deps.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export function problemBody(
  code: ProblemCode,
  requestId: string,
  detail?: string,
  extras: ProblemExtras = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `urn:habitus:problem:${code}`, title, status, code, detail: detail ?? title, requestId, ...extras };
}

/** Returns the problem that a failure is to the caller. What only concerns us is not told. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof StorageError)
    return error.code === "full"
      ? new ServiceError("storage-full", undefined, { cause: error })
      : new ServiceError("unavailable", undefined, { cause: error });
  if (error instanceof KeyError) return fromKeys(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const where = `${error.validationContext ?? "request"}${first?.instancePath ?? ""}`;
    return new ServiceError("malformed-request", `The ${where} does not fit: ${first?.message ?? "invalid"}.`);
  }
  return fromFastify(error);
}

function fromKeys(error: KeyError): ServiceError {
  if (error.code === "keyInUse") return new ServiceError("key-in-use", error.message, { cause: error });
  return new ServiceError(isDamage(error) ? "data-damaged" : "keys-unavailable", undefined, { cause: error });
}

function fromFastify(error: unknown): ServiceError {
  const { code, statusCode } = error as Partial<FastifyError>; // both unknown until tested
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new ServiceError("batch-too-large");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new ServiceError("unsupported-media-type");
  if (statusCode === 429) return new ServiceError("rate-limited");
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500)
    return new ServiceError("malformed-request");
  return new ServiceError("internal", undefined, { cause: error });
}

/** Sends a failure as a problem; logs it when it is ours. */
export function sendProblem(
  deps: Pick<ApiDeps, "log" | "metrics">,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = toServiceError(error);
  const [status] = PROBLEMS[failure.code];
  deps.metrics.problems.inc({ code: failure.code });
  if (status >= 500) {
    deps.log.error(
      { requestId: request.id, route: request.routeOptions.url, code: failure.code, ...traceOf(failure.cause) },
      "a request failed",
    );
  }
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (status === 503 || status === 507) reply.header("retry-after", "5");
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemBody(failure.code, request.id, failure.message, failure.extras)));
}

export function mountProblems(app: FastifyInstance, deps: Pick<ApiDeps, "log" | "metrics">): void {
  app.setErrorHandler((error, request, reply) => sendProblem(deps, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(deps, new ServiceError("not-found"), request, reply));
}

/** Names and places in our code, never a message: a message may quote what it choked on. */
function traceOf(cause: unknown): { error?: string; reason?: string; trace?: string[] } {
  if (!(cause instanceof Error)) return {};
  const lines = (cause.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  const reason = cause instanceof KeyError ? { reason: cause.code } : {};
  return { error: cause.name, ...reason, trace: lines.slice(0, 6).map((line) => line.trim()) };
}
