import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ServiceError } from "../error.ts";
import { PROVIDER_NAMES } from "../keys/key-provider.ts";
import type { ApiDeps } from "./api-deps.ts";
import { bearer } from "./authenticate.ts";
import { callerOf } from "./caller.ts";
import { problems, subjectParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const actor = "host";
const version = z.object({ version: z.coerce.number().int().min(1) });
const named = z.strictObject({ application: z.string().min(1).max(128), subject: z.string().min(1).max(128) });
const rotated = z.object({
  resealed: z.number().int().describe("rows that were sealed anew"),
  damaged: z.number().int().describe("rows that no key opened before either: they stay as they are"),
});
const place = z.strictObject({ application: z.string(), subject: z.string() });
const rotatedAll = z.object({
  rotated: z.number().int(),
  damaged: z.number().int().describe("subjects whose data key does not open"),
  next: place.nullable().describe("send it as `after`; null when all are done"),
});
const rewrapped = z.object({
  version: z.number().int().describe("the one that wraps now"),
  rewrapped: z.number().int(),
  damaged: z.number().int().describe("wrapped keys that do not open: they stay as they are"),
});
const status = z.object({
  provider: z.enum(PROVIDER_NAMES),
  versions: z.array(z.object({ version: z.number().int(), wraps: z.number().int() })).readonly(),
  available: z.boolean(),
  subjects: z.number().int(),
  rotating: z.number().int().describe("subjects whose data key is being rotated"),
  foreign: z.number().int().describe("wrapped keys that no version here opens"),
});

/**
 * The keys of the service. Key-encryption keys are every application's: only who holds the machine may change them, with the token that
 * lies in the data folder. An application may give its own subjects new data keys.
 */
export function mountKeys(api: Api, { engine, hostToken }: ApiDeps): void {
  const requireHost = async (request: FastifyRequest): Promise<void> => {
    if (!isSame(bearer(request) ?? "", hostToken))
      throw new ServiceError("forbidden", "This is for who holds the machine: habitus keys.");
  };
  const onRequest = requireHost;
  const common = { tags: ["host"], security: [{ host: [] }] };
  api.get(
    "/v1/host/keys",
    {
      onRequest,
      schema: { ...common, summary: "The key-encryption keys", response: { 200: status, ...problems(403) } },
    },
    async () => engine.keyStatus(),
  );
  api.post(
    "/v1/host/keys/rotation",
    {
      onRequest,
      schema: {
        ...common,
        summary: "Make a new key-encryption key and wrap every data key anew, without a pause",
        response: { 200: rewrapped, ...problems(403, 507) },
      },
    },
    async () => engine.rotateKeys(actor),
  );
  api.delete(
    "/v1/host/keys/:version",
    {
      onRequest,
      schema: {
        ...common,
        summary: "Destroy a key-encryption key that wraps nothing any more",
        params: version,
        response: { 200: status, ...problems(403, 409) },
      },
    },
    async (request) => engine.retireKey(request.params.version, actor),
  );
  api.post(
    "/v1/host/subjects/rotation",
    {
      onRequest,
      schema: {
        ...common,
        summary: "Give a subject of any application a new data key",
        body: named,
        response: { 200: rotated, ...problems(403, 404, 507) },
      },
    },
    async (request) => {
      const { application: name, subject } = request.body;
      const found = (await engine.listApplications()).find((one) => one.name === name);
      if (found === undefined) throw new ServiceError("unknown-subject", "There is no application of this name.");
      return engine.rotateSubjectKey({ application: found.application, subject, actor });
    },
  );
  api.post(
    "/v1/host/subjects/rotations",
    {
      onRequest,
      schema: {
        ...common,
        summary: "Give every subject a new data key: as many as two seconds allow, and where to go on",
        body: z.strictObject({ after: place.optional() }),
        response: { 200: rotatedAll, ...problems(403, 507) },
      },
    },
    async (request) => engine.rotateAllSubjects({ actor, after: request.body.after }),
  );
  api.post(
    "/v1/subjects/:subject/key-rotation",
    {
      schema: {
        summary: "Give the subject a new data key and seal everything anew under it, without a pause",
        tags: ["subjects"],
        security: [{ apiKey: [] }, { operator: [] }],
        params: subjectParams,
        response: { 200: rotated, ...problems(403, 404, 503, 507) },
      },
    },
    async (request) => {
      const { application, actor: who } = callerOf(request);
      return engine.rotateSubjectKey({ application, subject: request.params.subject, actor: who });
    },
  );
}

function isSame(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
