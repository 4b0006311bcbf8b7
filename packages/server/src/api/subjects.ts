import {
  accommodationRequest,
  consentRequest,
  enrolResponse,
  subjectExport,
  subjectStatus,
} from "@habitus/wire/schemas";
import { z } from "zod";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";
import { problems, subjectParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const tags = ["application"];
const security = [{ apiKey: [] }];
const params = subjectParams;

export function mountSubjects(api: Api, deps: ApiDeps): void {
  api.get(
    "/v1/subjects/:subject",
    {
      schema: {
        summary: "What is known of a subject",
        tags,
        security,
        params,
        response: { 200: subjectStatus, ...problems(404) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.readSubject(application, request.params.subject);
    },
  );
  api.put(
    "/v1/subjects/:subject/consent",
    {
      schema: {
        summary: "Record that consent was given or withdrawn",
        tags,
        security,
        params: z.object({ subject: z.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/) }),
        body: consentRequest,
        response: { 200: subjectStatus, ...problems(400, 403, 507) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.setConsent({ application, subject: request.params.subject, ...request.body });
    },
  );
  api.put(
    "/v1/subjects/:subject/accommodation",
    {
      schema: {
        summary: "Switch kinds of input off for a subject, or widen the limits",
        tags,
        security,
        params,
        body: accommodationRequest,
        response: { 200: subjectStatus, ...problems(400, 403, 404, 507) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { application } = caller;
      const actor = caller.kind === "operator" ? caller.actor : request.body.actor;
      return deps.engine.setAccommodation({ application, subject: request.params.subject, ...request.body, actor });
    },
  );
  api.post(
    "/v1/subjects/:subject/enrolment",
    {
      schema: {
        summary: "Make a reference of the samples stored now",
        tags,
        security,
        params,
        response: { 200: enrolResponse, ...problems(403, 404, 422, 507) },
      },
    },
    async (request) => {
      const { application } = callerOf(request);
      return deps.engine.enrol(application, request.params.subject, "application");
    },
  );
  api.get(
    "/v1/subjects/:subject/export",
    {
      schema: {
        summary: "Everything kept about a subject",
        tags,
        security,
        params,
        response: { 200: subjectExport, ...problems(403, 404) },
      },
    },
    async (request) => {
      const { application, actor } = callerOf(request);
      return deps.engine.exportSubject(application, request.params.subject, actor);
    },
  );
  api.delete(
    "/v1/subjects/:subject",
    {
      schema: {
        summary: "Erase a subject",
        tags,
        security,
        params,
        response: { 204: z.null(), ...problems(403, 404, 507) },
      },
    },
    async (request, reply) => {
      const { application, actor } = callerOf(request);
      await deps.engine.eraseSubject(application, request.params.subject, actor);
      return reply.code(204).send(null);
    },
  );
}
