import type { WireAssertion } from "@habitus/wire/schemas";
import { redecide, type Step } from "./apply-events.ts";
import type { LiveSession } from "./live-session.ts";

/**
 * Takes what the page has decided by itself. A standing step-up and a lock stand, whatever it says; a step-up that it asked for
 * before it could know that one was passed is not asked again.
 */
export function applyAssertion(deps: Step, live: LiveSession, { t, d, b, n, k, x }: WireAssertion, now: number): void {
  const { state } = live;
  const decidedAt = t / 10 + (state.clockOffset ?? 0);
  const isAnswered = d === "stepUp" && decidedAt < (state.looks.stepUpPassedAt ?? Number.NEGATIVE_INFINITY);
  state.asserted = { d: isAnswered ? "continue" : d, b, n, k, x, at: now };
  state.lastEventAt = now;
  live.dirty = true;
  redecide(deps, live, now);
}
