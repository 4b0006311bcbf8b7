import type { FastifyReply } from "fastify";
import type { Visit } from "./visits.ts";

/**
 * Sends the page each assessment as a server-sent event. A real bank would not show this to anybody: the demo does, so that
 * one can watch.
 */
export function relayTrust(visit: Visit, reply: FastifyReply): FastifyReply {
  const { open } = visit;
  if (open === undefined) return reply.code(204).send();
  const { raw } = reply;
  const headers = reply.getHeaders() as Record<string, string>; // set by our own hooks, all text
  reply.hijack();
  raw.writeHead(200, { ...headers, "content-type": "text/event-stream", "cache-control": "no-store" });
  raw.write(": connected\n\n");
  const unsubscribe = open.followed.subscribe(({ assessment, isAvailable }) => {
    if (!isAvailable) raw.write("event: unavailable\ndata: {}\n\n");
    else if (assessment !== undefined)
      raw.write(`event: assessment\ndata: ${JSON.stringify({ ...assessment, code: visit.code })}\n\n`);
  });
  raw.on("close", unsubscribe);
  return reply;
}
