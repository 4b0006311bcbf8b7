import { logit } from "../math/stats.ts";
import type { Speed } from "./score-history.ts";
import type { TracedSpan } from "./use-trace.ts";

/** What was recorded of a session, in order; and whose it turned out to be. */
export interface RecordedSession {
  readonly subject: string;
  readonly activeMs: number;
  /** `atS` counts from the session's beginning. */
  readonly spans: readonly TracedSpan[];
  /** Since when somebody else sat there, seconds from the session's beginning; undefined for the owner's. */
  readonly takenOverAtS: number | undefined;
}

export interface SimulateOptions {
  readonly speed: Speed;
  readonly coolDownMs: number;
  readonly activeHoursPerUserMonth: number;
}

export interface SimulatedPoint {
  readonly threshold: number;
  readonly challenges: number;
  readonly perActiveHour: number;
  readonly perUserMonth: number;
  /** Share of users who would have been asked in vain at all. */
  readonly usersAsked: number;
  readonly takeOvers: number;
  readonly missed: number;
  /** Until the take-over would have been noticed, median of those that would; null where there are none. */
  readonly medianSeconds: number | null;
  readonly medianKeystrokes: number | null;
}

/**
 * Returns what a step-up threshold would have meant for recorded sessions. A challenge is counted where trust is below it, and again
 * where it still is, or is again, after the cool-down. What was recorded was lived under another threshold: where the owner was asked then, trust
 * began anew, so below the threshold of that time the counts are lower bounds.
 */
export function simulateThreshold(
  sessions: readonly RecordedSession[],
  threshold: number,
  options: SimulateOptions,
): SimulatedPoint {
  const below = logit(threshold);
  const users = new Map<string, number>();
  const delays: Delay[] = [];
  let hours = 0;
  let takeOvers = 0;
  for (const session of sessions) {
    if (session.takenOverAtS === undefined) {
      hours += session.activeMs / 3_600_000;
      const asked = countChallenges(session.spans, below, options);
      users.set(session.subject, (users.get(session.subject) ?? 0) + asked);
      continue;
    }
    takeOvers += 1;
    const delay = delayOf(session.spans, session.takenOverAtS, below, options.speed);
    if (delay !== undefined) delays.push(delay);
  }
  const asked = [...users.values()];
  const challenges = asked.reduce((sum, n) => sum + n, 0);
  const perActiveHour = hours === 0 ? 0 : challenges / hours;
  return {
    threshold,
    challenges,
    perActiveHour,
    perUserMonth: perActiveHour * options.activeHoursPerUserMonth,
    usersAsked: asked.length === 0 ? 0 : asked.filter((n) => n > 0).length / asked.length,
    takeOvers,
    missed: takeOvers - delays.length,
    medianSeconds: median(delays.map(({ seconds }) => seconds)),
    medianKeystrokes: median(delays.map(({ keystrokes }) => keystrokes)),
  };
}

export interface Affected {
  readonly subject: string;
  readonly activeHours: number;
  readonly challenges: number;
  readonly perActiveHour: number;
}

/** Returns who would have been asked in vain most often, per hour of their own use; at most `count` of those asked at all. */
export function mostAffected(
  sessions: readonly RecordedSession[],
  threshold: number,
  options: SimulateOptions & { readonly count: number },
): readonly Affected[] {
  const below = logit(threshold);
  const users = new Map<string, { hours: number; challenges: number }>();
  for (const { subject, activeMs, spans, takenOverAtS } of sessions) {
    if (takenOverAtS !== undefined) continue;
    const user = users.get(subject) ?? { hours: 0, challenges: 0 };
    user.hours += activeMs / 3_600_000;
    user.challenges += countChallenges(spans, below, options);
    users.set(subject, user);
  }
  return [...users]
    .map(([subject, { hours, challenges }]) => ({
      subject,
      activeHours: hours,
      challenges,
      // Somebody seen for spans is not ranked as if it were hours.
      perActiveHour: challenges / Math.max(1, hours),
    }))
    .filter(({ challenges }) => challenges > 0)
    .sort((a, b) => b.perActiveHour - a.perActiveHour || b.challenges - a.challenges)
    .slice(0, options.count);
}

/** Even without a cool-down nobody is asked twice in a minute. */
const LEAST_APART_S = 60;

function countChallenges(spans: readonly TracedSpan[], below: number, { speed, coolDownMs }: SimulateOptions): number {
  const apartS = Math.max(LEAST_APART_S, coolDownMs / 1000);
  let count = 0;
  let askedAtS = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    if (span[speed] >= below || span.atS - askedAtS < apartS) continue;
    count += 1;
    askedAtS = span.atS;
  }
  return count;
}

interface Delay {
  readonly seconds: number;
  readonly keystrokes: number;
}

function delayOf(spans: readonly TracedSpan[], fromS: number, below: number, speed: Speed): Delay | undefined {
  let keystrokes = 0;
  for (const span of spans) {
    if (span.atS < fromS) continue;
    keystrokes += span.keystrokes;
    if (span[speed] < below) return { seconds: span.atS - fromS, keystrokes };
  }
  return undefined;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
