import type { ProblemCode } from "@habitus/wire";

/**
 * `refused`: the service will take nothing more of this session, capture has ended; `problem` says why.
 * `withdrawn`: consent was taken back, nothing is left in memory.
 */
export type CollectorState = "capturing" | "paused" | "stopped" | "withdrawn" | "refused";

/** Counts since `start`, in events. Never a verdict. */
export interface CollectorStatus {
  readonly state: CollectorState;
  /** Handed to the network at least once. */
  readonly sent: number;
  /** Durable at the service. */
  readonly acknowledged: number;
  /** Captured, but dropped: the buffer was full or the service refused them. */
  readonly lost: number;
  /** In memory now: captured and not yet acknowledged. */
  readonly held: number;
  /** What the service answered last, when it was no success; "unreachable" when there was no answer. */
  readonly problem: ProblemCode | "unreachable" | undefined;
}
