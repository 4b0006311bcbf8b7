import type { ServerResponse } from "node:http";
import type { Assessment } from "@habitus/wire";
import type { ApiDeps } from "./api-deps.ts";
import { authenticate } from "./authenticate.ts";
import { problems, sessionParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is let go: it comes back and gets the newest assessment. */
const MAX_BACKLOG_BYTES = 1_000_000;

/** Server-sent events (HTML Standard, 9.2): the assessment now, then one per change. */
export function mountEvents(api: Api, deps: ApiDeps): void {
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
      // Watched before it is asked for, so that no change falls between.
      let missed: Assessment | undefined;
      let send = (assessment: Assessment): void => {
        missed = assessment;
      };
      const unwatch = deps.engine.watch(application, session, (assessment) => send(assessment));
      const first = await deps.engine.assess(application, session).catch((error: unknown) => {
        unwatch();
        throw error;
      });
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>), // set by our own hooks, all text
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
      heartbeat.unref();
      open.add(raw);
      raw.on("close", () => {
        clearInterval(heartbeat);
        unwatch();
        open.delete(raw);
      });
      send = createSender(raw);
      send(first);
      if (missed !== undefined && missed.at >= first.at) send(missed);
    },
  );
}

function createSender(raw: ServerResponse): (assessment: Assessment) => void {
  let id = 0;
  return (assessment) => {
    if (raw.writableLength > MAX_BACKLOG_BYTES) {
      raw.destroy();
      return;
    }
    id += 1;
    raw.write(`event: assessment\nid: ${id}\ndata: ${JSON.stringify(assessment)}\n\n`);
  };
}
