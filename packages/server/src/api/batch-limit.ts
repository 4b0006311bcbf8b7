import type { FastifyReply } from "fastify";
import { ServiceError } from "../error.ts";

const WINDOW_MS = 60_000;

/** Bounds the batches of each session: a page that sends without end harms no other. */
export interface BatchLimit {
  /** Throws `rate-limited` once the session has sent too many within the minute. */
  readonly count: (session: string, reply: FastifyReply) => void;
}

/** Returns a limit of so many batches a minute and session; all are counted anew every minute, so what is remembered is bounded. */
export function createBatchLimit(now: () => number, perMinute: number): BatchLimit {
  const counts = new Map<string, number>();
  let endsAt = 0;
  return {
    count(session, reply) {
      if (now() >= endsAt) {
        counts.clear();
        endsAt = now() + WINDOW_MS;
      }
      const sent = (counts.get(session) ?? 0) + 1;
      counts.set(session, sent);
      if (sent <= perMinute) return;
      reply.header("retry-after", String(Math.ceil((endsAt - now()) / 1000)));
      throw new ServiceError("rate-limited");
    },
  };
}
