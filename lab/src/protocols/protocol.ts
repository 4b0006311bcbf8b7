import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Background } from "./background.ts";

/** What is compared once: one piece of behaviour, or several that are judged together. */
export interface Probe {
  readonly id: string;
  /** Whose it is; undefined where the data set does not say. */
  readonly subject: string | undefined;
  readonly pieces: readonly Recording[];
  /** Kind of attack, for presentation attack protocols. */
  readonly species?: string;
}

/** One subject's reference and everything that is compared with it. */
export interface Claim {
  readonly subject: string;
  /** Oldest first. Two claims with the same list object share a reference. */
  readonly enrolment: readonly Recording[];
  readonly mated: readonly Probe[];
  readonly nonMated: readonly Probe[];
}

/** An explicit list of what is enrolled and what is compared with it. It depends on the data alone, never on a system. */
export interface Protocol {
  readonly name: string;
  /** A sentence for reports. */
  readonly note: string;
  readonly claims: readonly Claim[];
  readonly background: Background;
  /** People of another data set, whom systems may learn from besides. */
  readonly further?: readonly Recording[];
  /** Windows for systems that take any size. */
  readonly windows: WindowOptions;
  /** Subjects of the data that could not take part, by reason. */
  readonly left: Readonly<Record<string, number>>;
}

export interface Subject {
  readonly name: string;
  /** Oldest first. */
  readonly recordings: readonly Recording[];
}

/** Returns the recordings by subject, each oldest first, in the order the subjects first appear. */
export function bySubject(recordings: readonly Recording[]): Subject[] {
  const lists = new Map<string, Recording[]>();
  for (const recording of recordings) {
    const list = lists.get(recording.subject);
    if (list === undefined) lists.set(recording.subject, [recording]);
    else list.push(recording);
  }
  return [...lists].map(([name, list]) => ({ name, recordings: list.sort((a, b) => a.order - b.order) }));
}

/** Returns a probe of one piece. */
export function probeOf(piece: Recording): Probe {
  return { id: piece.id, subject: piece.subject, pieces: [piece] };
}
