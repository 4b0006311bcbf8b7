import type { ServerResponse } from "node:http";
import type { WebSocket } from "@fastify/websocket";
import type { Assessment } from "@habitus/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiDeps } from "./api-deps.ts";
import { isStillLetIn } from "./authenticate.ts";
import { type Caller, callerOf } from "./caller.ts";
import { problems, sessionParams } from "./schemas.ts";
import type { Api } from "./typed.ts";

const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is let go: it comes back and gets the newest assessment. */
const MAX_BACKLOG_BYTES = 1_000_000;
/** RFC 6455, 7.4.1, and the registry's "try again later". */
const CLOSE = { violation: 1008, internal: 1011, tryAgain: 1013 } as const;

/** The assessment now, then one per change: as server-sent events (HTML Standard, 9.2), or over WebSocket (RFC 6455) where that is asked for. */
export function mountEvents(api: Api, deps: ApiDeps): void {
  const open = new Set<ServerResponse>();
  api.addHook("preClose", async () => {
    for (const response of open) response.end();
  });
  api.route({
    method: "GET",
    url: "/v1/sessions/:session/events",
    schema: {
      summary: "The assessment, again whenever it changes (text/event-stream, or a WebSocket)",
      tags: ["application"],
      security: [{ apiKey: [] }],
      params: sessionParams,
      response: problems(404),
    },
    // Before the connection is upgraded what is wrong can still be answered as a problem.
    preHandler: async (request) => {
      if (!request.ws) return;
      await deps.engine.assess(callerOf(request).application, request.params.session);
    },
    handler: (request, reply) => sendEvents(deps, { request, reply, session: request.params.session, open }),
    wsHandler: (socket, request) => {
      void sendMessages(deps, socket, { request, session: (request.params as { session: string }).session }); // the route's only parameter
    },
  });
}

interface Stream {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly session: string;
  readonly open: Set<ServerResponse>;
}

async function sendEvents(deps: ApiDeps, { request, reply, session, open }: Stream): Promise<void> {
  const caller = callerOf(request);
  const watched = await watch(deps, caller.application, session);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>), // set by our own hooks, all text
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const whileLetIn = createLeave(deps, caller, () => raw.end());
  const heartbeat = setInterval(() => whileLetIn(() => raw.write(": still here\n\n")), HEARTBEAT_MS);
  heartbeat.unref();
  open.add(raw);
  raw.on("close", () => {
    clearInterval(heartbeat);
    watched.stop();
    open.delete(raw);
  });
  let id = 0;
  watched.begin((assessment) => {
    if (raw.writableLength > MAX_BACKLOG_BYTES) {
      raw.destroy();
      return;
    }
    whileLetIn(() => {
      id += 1;
      raw.write(`event: assessment\nid: ${id}\ndata: ${JSON.stringify(assessment)}\n\n`);
    });
  });
}

/** Each message is an assessment as JSON; what the other side sends is not read. */
async function sendMessages(
  deps: ApiDeps,
  socket: WebSocket,
  { request, session }: Pick<Stream, "request" | "session">,
): Promise<void> {
  const caller = callerOf(request);
  const whileLetIn = createLeave(deps, caller, () => socket.close(CLOSE.violation, "No longer let in."));
  let stop = (): void => undefined;
  let isAlive = true;
  const heartbeat = setInterval(() => {
    if (!isAlive) socket.terminate();
    isAlive = false;
    whileLetIn(() => socket.ping());
  }, HEARTBEAT_MS);
  heartbeat.unref();
  socket.on("pong", () => {
    isAlive = true;
  });
  socket.on("error", () => socket.terminate()); // a frame that is too large, or none
  socket.on("message", () => socket.close(CLOSE.violation, "Nothing is read here."));
  socket.on("close", () => {
    clearInterval(heartbeat);
    stop();
  });
  try {
    const watched = await watch(deps, caller.application, session);
    stop = watched.stop;
    if (socket.readyState !== socket.OPEN) return stop(); // it closed meanwhile
    watched.begin((assessment) => {
      if (socket.bufferedAmount > MAX_BACKLOG_BYTES) socket.close(CLOSE.tryAgain, "Too far behind.");
      else whileLetIn(() => socket.send(JSON.stringify(assessment)));
    });
  } catch {
    socket.close(CLOSE.internal, "The service failed.");
  }
}

/** Returns a way to do things in order, each only if who asked may still; `end` otherwise. */
function createLeave(deps: ApiDeps, caller: Caller, end: () => void): (work: () => void) => void {
  let before: Promise<void> = Promise.resolve();
  return (work) => {
    before = before.then(async () => {
      if (await isStillLetIn(deps, caller)) work();
      else end();
    });
  };
}

interface Watched {
  /** Sends the assessment as it is, and from now on every change. */
  readonly begin: (send: (assessment: Assessment) => void) => void;
  readonly stop: () => void;
}

/** Watched before it is asked for, so that no change falls between. */
async function watch(deps: ApiDeps, application: string, session: string): Promise<Watched> {
  let missed: Assessment | undefined;
  let send = (assessment: Assessment): void => {
    missed = assessment;
  };
  const stop = deps.engine.watch(application, session, (assessment) => send(assessment));
  const first = await deps.engine.assess(application, session).catch((error: unknown) => {
    stop();
    throw error;
  });
  return {
    stop,
    begin(to) {
      send = to;
      to(first);
      if (missed !== undefined && missed.at >= first.at) to(missed);
    },
  };
}
