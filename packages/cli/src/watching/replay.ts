import {
  type Band,
  band,
  type DecisionKind,
  decide,
  type Evidence,
  type FeatureSet,
  type Reason,
  type Reference,
  type Sitting,
  type System,
} from "@habitus/core";

/** What one window changed. */
export interface Tick {
  readonly window: number;
  /** Who was at the keyboard: known in a replay. */
  readonly person: string | undefined;
  readonly at: number;
  /** Missing where the window could not be compared. */
  readonly score: number | undefined;
  readonly llr: number | undefined;
  readonly trust: number | undefined;
  readonly band: Band;
  readonly decision: DecisionKind;
  readonly reasons: readonly Reason[];
  /** How much is at stake: known of a running session. */
  readonly context?: string;
  /** The step-up was asked for, and the enrolled subject passed it. */
  readonly passedStepUp: boolean;
}

export interface ReplayPart {
  readonly person: string;
  readonly samples: readonly FeatureSet[];
}

/** Windows from which the reasons are drawn. */
const RECENT = 10;
/** Whoever takes over sits down at once. */
const TAKE_OVER_MS = 5_000;

/**
 * Yields what the system would have said after each window. Whenever they were recorded, the parts follow each other without a
 * pause. A step-up is answered as in life: the subject passes it, which clears the past; anybody else leaves it unanswered. Ends
 * with a lock.
 */
export function* replay(
  system: System,
  reference: Reference,
  { subject, parts }: { readonly subject: string; readonly parts: readonly ReplayPart[] },
): Generator<Tick> {
  let trust = system.trust.initial();
  let sitting: Sitting | undefined;
  let recent: readonly Evidence[] = [];
  let previous: DecisionKind | undefined;
  let stepUp: "none" | "pending" | "passed" = "none";
  let window = 0;
  for (const { person, samples } of inARow(parts))
    for (const probe of samples) {
      window += 1;
      const judged = system.follow?.(reference, probe, sitting);
      const evidence = judged?.evidence ?? system.compare(reference, probe);
      sitting = judged?.sitting;
      if (evidence.kind === "evidence") {
        trust = system.trust.update(trust, evidence);
        recent = [...recent, evidence].slice(-RECENT);
      }
      const reading = system.trust.read(trust);
      const at = probe.endedAt;
      const decision = decide(system.policy, {
        at,
        reading,
        enrolment: "enrolled",
        previous,
        stepUp,
        evidence: recent,
      });
      const passedStepUp = decision.kind === "stepUp" && person === subject;
      yield {
        window,
        person,
        at,
        score: evidence.kind === "evidence" ? evidence.score : undefined,
        llr: evidence.kind === "evidence" ? evidence.llr : undefined,
        trust: reading.value,
        band: band(system.policy, reading),
        decision: decision.kind,
        reasons: decision.reasons,
        passedStepUp,
      };
      if (decision.kind === "lock") return;
      if (passedStepUp) {
        trust = system.trust.reset(trust);
        sitting = undefined;
        recent = [];
      }
      stepUp = decision.kind !== "stepUp" ? stepUp : passedStepUp ? "passed" : "pending";
      previous = decision.kind;
    }
}

function* inARow(parts: readonly ReplayPart[]): Generator<ReplayPart> {
  let until: number | undefined;
  for (const { person, samples } of parts) {
    const first = samples[0]?.startedAt ?? 0;
    const laterMs: number = until === undefined ? 0 : until + TAKE_OVER_MS - first;
    yield {
      person,
      samples: samples.map((set) => ({ ...set, startedAt: set.startedAt + laterMs, endedAt: set.endedAt + laterMs })),
    };
    until = (samples.at(-1)?.endedAt ?? first) + laterMs;
  }
}
