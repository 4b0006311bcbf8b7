import type { ServerResponse } from "node:http";
import type { Assessment } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { assess } from "../flows/assess.ts";
import { authenticate } from "./authenticate.ts";
import { problems, sessionParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is let go: it comes back and gets the newest assessment. */
const MAX_BACKLOG_BYTES = 1_000_000;

/** Server-sent events (HTML Standard, 9.2): the assessment now, then one per change. */
export function mountEvents(api: Api, deps: Deps): void {
  const open = new Set<ServerResponse>();
  api.addHook("preClose", async () => {
    for (const response of open) response.end();
  });
  api.get(
    "/v1/sessions/:session/events",
    {
      schema: {
        summary: "The assessment, again whenever it changes (text/event-stream)",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        response: problems(404),
      },
    },
    async (request, reply) => {
      const { application } = await authenticate(deps, request);
      const { session } = request.params;
      const first = await assess(deps, application, session);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>), // set by our own hooks, all text
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      let id = 0;
      const send = (assessment: Assessment): void => {
        if (raw.writableLength > MAX_BACKLOG_BYTES) return void raw.destroy();
        id += 1;
        raw.write(`event: assessment\nid: ${id}\ndata: ${JSON.stringify(assessment)}\n\n`);
      };
      const unsubscribe = deps.hub.subscribe(application, session, send);
      const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
      heartbeat.unref();
      open.add(raw);
      raw.on("close", () => {
        clearInterval(heartbeat);
        unsubscribe();
        open.delete(raw);
      });
      send(first);
    },
  );
}
