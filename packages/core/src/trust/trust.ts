import type { Evidence } from "../evidence/evidence.ts";

/** What trust says now. `value` is 0 to 1 and missing until there is evidence. */
export interface TrustReading {
  readonly value: number | undefined;
  readonly scores: number;
}

/** A pure reducer over evidence. The state is plain data (JSON) and carries its model's name and version. */
export interface TrustModel<State> {
  readonly name: string;
  readonly version: number;
  readonly initial: () => State;
  readonly update: (state: State, evidence: Evidence) => State;
  /** What a passed step-up does: the past is forgiven, nothing is added. */
  readonly reset: (state: State) => State;
  /** With an instant (epoch ms), what the time without evidence has made of it: never more trust than without. */
  readonly read: (state: State, now?: number) => TrustReading;
}
