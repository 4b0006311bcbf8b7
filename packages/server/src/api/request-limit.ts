import type { FastifyReply } from "fastify";
import { ServiceError } from "../error.ts";

const WINDOW_MS = 60_000;

/** Bounds what one session, or one address, sends: whoever sends without end harms no other. */
export interface RequestLimit {
  /** Throws `rate-limited` once so many came from the same within the minute. */
  readonly count: (who: string, reply: FastifyReply) => void;
}

/** Returns a limit of so many a minute; all are counted anew every minute, so what is remembered is bounded. */
export function createRequestLimit(now: () => number, perMinute: number): RequestLimit {
  const counts = new Map<string, number>();
  let endsAt = 0;
  return {
    count(who, reply) {
      if (now() >= endsAt) {
        counts.clear();
        endsAt = now() + WINDOW_MS;
      }
      const sent = (counts.get(who) ?? 0) + 1;
      counts.set(who, sent);
      if (sent <= perMinute) return;
      reply.header("retry-after", String(Math.ceil((endsAt - now()) / 1000)));
      throw new ServiceError("rate-limited");
    },
  };
}
