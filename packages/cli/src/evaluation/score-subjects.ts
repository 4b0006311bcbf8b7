import {
  createRandom,
  type FailureToEnrol,
  type FeatureSet,
  type Reference,
  type System,
  shuffle,
} from "@habitus/core";
import { type Samples, sessionsOf, splitNewest } from "../data/samples.ts";
import { replay } from "../watching/replay.ts";

/** How one subject's model did on people and samples it had not seen. */
export interface SubjectScores {
  readonly kind: "scores";
  readonly subject: string;
  readonly mated: readonly number[];
  readonly nonMated: readonly number[];
  /** Windows of the subject after which there was a decision, and those with a step-up. */
  readonly decided: number;
  readonly challenged: number;
  /** For each stranger: windows until the first step-up; null where it never came. */
  readonly noticedAfter: readonly (number | null)[];
  /** Windows without evidence: no answer, not a score. */
  readonly unanswered: number;
}

export interface NotEnrolled {
  readonly kind: "notEnrolled";
  readonly subject: string;
  readonly failure: FailureToEnrol;
}

/**
 * Yields each subject's hold-out scores. Everybody is dealt into one of two halves: a model is trained against people of the
 * subject's own half and tried with the newest samples of the subject (mated) and of the other half (non-mated), who were
 * nowhere in its training ("unseen" impostors).
 */
export function* scoreSubjects(
  system: System,
  samples: Samples,
  { trainShare, seed }: { readonly trainShare: number; readonly seed: number },
): Generator<SubjectScores | NotEnrolled> {
  const dealt = shuffle([...samples.keys()], createRandom(seed));
  const half = Math.floor(dealt.length / 2);
  const halves = [dealt.slice(0, half), dealt.slice(half)] as const;
  const split = (person: string) => splitNewest(sessionsOf(samples, person), trainShare);
  for (const subject of samples.keys()) {
    const [own, other] = halves[0].includes(subject) ? halves : [halves[1], halves[0]];
    const { training, rest } = split(subject);
    const background = own.filter((person) => person !== subject).flatMap((person) => split(person).training);
    const enrolment = system.enrol(training, { background, random: createRandom(seed), now: afterwards(training) });
    if (enrolment.kind === "failureToEnrol") yield { kind: "notEnrolled", subject, failure: enrolment };
    else {
      const strangers = other.map((person) => split(person).rest);
      yield { kind: "scores", subject, ...score(system, enrolment.reference, { rest, strangers }) };
    }
  }
}

/** When the sitting of the training is over: the clock must not tell whose a window is. */
function afterwards(training: readonly FeatureSet[]): number {
  return Math.max(0, ...training.map(({ endedAt }) => endedAt)) + DAY_MS;
}

const DAY_MS = 86_400_000;
const OWNER = "owner";
const STRANGER = "stranger";

function score(
  system: System,
  reference: Reference,
  { rest, strangers }: { readonly rest: readonly FeatureSet[]; readonly strangers: readonly (readonly FeatureSet[])[] },
): Omit<SubjectScores, "kind" | "subject"> {
  let unanswered = 0;
  const scoresOf = (sets: readonly FeatureSet[]): number[] =>
    sets.flatMap((set) => {
      const evidence = system.compare(reference, set);
      if (evidence.kind === "evidence") return [evidence.score];
      unanswered += 1;
      return [];
    });
  const mated = scoresOf(rest);
  const nonMated = strangers.flatMap(scoresOf);
  const owner = [...replay(system, reference, { subject: OWNER, parts: [{ person: OWNER, samples: rest }] })];
  return {
    mated,
    nonMated,
    decided: owner.filter(({ decision }) => decision !== "noDecision").length,
    challenged: owner.filter(({ decision }) => decision === "stepUp" || decision === "lock").length,
    noticedAfter: strangers.map((samples) => {
      const parts = [{ person: STRANGER, samples }];
      for (const { decision, window } of replay(system, reference, { subject: OWNER, parts }))
        if (decision === "stepUp" || decision === "lock") return window;
      return null;
    }),
    unanswered,
  };
}
