import type { HabitusClient } from "@habitus/client";
import type { FastifyReply } from "fastify";
import type { Visit, Visits } from "./visits.ts";

/**
 * Sends the page each assessment as a server-sent event. A real bank would not show this to anybody: the demo does, so that
 * one can watch. On `lock` the bank ends the visit at once, whatever the page does.
 */
export async function relayTrust(
  habitus: HabitusClient,
  visits: Visits,
  visit: Visit,
  reply: FastifyReply,
): Promise<unknown> {
  const session = visit.habitus?.session;
  if (session === undefined) return reply.code(204).send();
  const stop = new AbortController();
  reply.hijack();
  const { raw } = reply;
  raw.on("close", () => stop.abort());
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
  raw.write(": connected\n\n");
  try {
    for await (const assessment of habitus.watch(session, { signal: stop.signal })) {
      const code = assessment.decision === "stepUp" ? visits.demandStepUp(visit) : undefined;
      if (assessment.decision === "lock" && !visit.locked) visit.locked = true;
      raw.write(`event: assessment\ndata: ${JSON.stringify({ ...assessment, code })}\n\n`);
    }
  } catch {
    raw.write("event: unavailable\ndata: {}\n\n"); // the page says so; the bank goes on by its own rules
  }
  raw.end();
  return reply;
}
