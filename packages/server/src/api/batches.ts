import { MAC_HEADER } from "@habitus/wire";
import {
  batchResponse,
  MAX_BATCH_BYTES,
  sealedBatchSchema,
  wireAssertionSchema,
  wireBatchSchema,
  wireReadingsSchema,
} from "@habitus/wire/schemas";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import type { ApiDeps } from "./api-deps.ts";
import { bearer, checkCollectorToken } from "./authenticate.ts";
import { mountCors } from "./cors.ts";
import { sendProblem } from "./problems.ts";
import { createRequestLimit } from "./request-limit.ts";
import { problems, sessionParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const BEACON_HEAD_BYTES = 600;
const ROUTE = "/v1/sessions/:session/batches";
const LINE_FEED = 0x0a;

interface SignedBody {
  readonly token: string | undefined;
  readonly mac: string | undefined;
  readonly body: Buffer;
}

/**
 * The one route for browsers. Its body is taken as bytes, because the MAC is over the exact text: it is parsed and
 * validated once, after the MAC.
 */
export async function mountBatches(
  api: Api,
  deps: ApiDeps,
  { origins, requestsPerMinute }: { origins: readonly string[]; requestsPerMinute: number },
): Promise<void> {
  const limit = createRequestLimit(deps.now, requestsPerMinute);
  await api.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: MAX_BATCH_BYTES + BEACON_HEAD_BYTES } as const;
    scope.addContentTypeParser(["application/json", "text/plain"], options, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => sendProblem(deps, error, request, reply));
    mountCors(scope, deps, { route: ROUTE, origins });
    scope.post(
      ROUTE,
      {
        config: { rateLimit: false },
        validatorCompiler: () => () => true,
        serializerCompiler: () => (answer) => JSON.stringify(answer),
        schema: {
          summary: "Append a batch",
          description: `The body is sealed to the service's public key: it holds one of the other three, that of the session's tier. It is signed: HMAC-SHA-256 in the header ${MAC_HEADER}. A beacon sends token, MAC and JSON as three lines of text/plain.`,
          tags: ["browser"],
          security: [{ collectorToken: [] }],
          params: sessionParams,
          body: z.union([sealedBatchSchema, wireBatchSchema, wireReadingsSchema, wireAssertionSchema]),
          response: { 202: batchResponse, ...problems(400, 403, 404, 409, 413, 415, 422, 507) },
        },
      },
      async (request: FastifyRequest, reply: FastifyReply) => {
        const { session } = request.params as { session: string }; // the route's only parameter
        const { token, mac, body } = readBody(request);
        if (body.length > MAX_BATCH_BYTES) throw new ServiceError("batch-too-large");
        const attempt = { request, reply, kind: "collectorToken", check: "first" } as const;
        const { application } = await deps.attempts.run(attempt, async () => checkCollectorToken(deps, token, session));
        limit.count(session, reply);
        if (mac === undefined) throw new ServiceError("wrong-mac", `The header ${MAC_HEADER} is missing.`);
        const answer = await deps.engine.appendBatch({ application, session, body: body.toString("latin1"), mac });
        return reply.code(202).send(answer);
      },
    );
  });
}

function readBody(request: FastifyRequest): SignedBody {
  const { body, headers } = request;
  if (!Buffer.isBuffer(body)) throw new ServiceError("malformed-batch", "The body is empty.");
  if (headers["content-type"]?.startsWith("text/plain") === true) return readBeacon(body);
  const mac = headers[MAC_HEADER];
  return { token: bearer(request), mac: typeof mac === "string" ? mac : undefined, body };
}

function readBeacon(body: Buffer): SignedBody {
  const first = body.indexOf(LINE_FEED);
  const second = body.indexOf(LINE_FEED, first + 1);
  if (first < 0 || second < 0)
    throw new ServiceError("malformed-batch", "A beacon's body is three lines: token, MAC and JSON.");
  return {
    token: body.toString("latin1", 0, first),
    mac: body.toString("latin1", first + 1, second),
    body: body.subarray(second + 1),
  };
}
