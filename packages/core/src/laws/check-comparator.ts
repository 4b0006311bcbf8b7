import type { Comparator, Reference } from "../comparison/comparator.ts";
import { CoreError } from "../error.ts";
import type { Extractor, FeatureSet } from "../features/extractor.ts";
import { createRandom, integer, type Random } from "../math/random.ts";
import { hold, thrownBy } from "./hold.ts";
import { type Habit, randomSample } from "./random-sample.ts";

export interface ComparatorLaws {
  readonly extractor: Extractor;
  /** Samples of one presence pattern with which enrolment must succeed. */
  readonly enough: number;
}

const SUBJECT: Habit = { intervalMs: 110, holdMs: 70, stepPx: 5 };
const OTHER: Habit = { intervalMs: 240, holdMs: 130, stepPx: 22 };

/** Checks the laws of every comparator with made-up people; throws an error that names the one that is broken. */
export function checkComparator(comparator: Comparator, random: Random, { extractor, enough }: ComparatorLaws): void {
  const draw = (habit: Habit, count: number): FeatureSet[] =>
    Array.from({ length: count }, (_, i) => extractor.extract(randomSample(random, habit, 1.7e12 + i * 60_000)));
  const own = draw(SUBJECT, 6 * enough);
  const background = draw(OTHER, 12 * enough);
  const probes = { mated: draw(SUBJECT, 40), nonMated: draw(OTHER, 40) };
  const seed = integer(random, 1_000_000);
  const enrolWith = (samples: readonly FeatureSet[]) =>
    comparator.enrol(samples, { background, random: createRandom(seed), now: 1_700_000_000_000 });

  for (const count of [0, 1]) {
    const failed = enrolWith(own.slice(0, count));
    hold("too few samples are a failure to enrol, never a model", failed.kind === "failureToEnrol");
    hold(
      "a failure to enrol says how many are missing",
      failed.missing > 0 && failed.missing === failed.need - failed.have,
    );
  }
  const enrolment = enrolWith(own);
  hold("enough samples enrol", enrolment.kind === "enrolment", JSON.stringify(enrolment).slice(0, 200));
  const { reference } = enrolment;
  hold("a reference names its comparator", reference.comparator === `${comparator.name}@${comparator.version}`);
  hold("a reference names its extractor", reference.extractor === `${extractor.name}@${extractor.version}`);
  const again = enrolWith(own);
  hold(
    "the same seed enrols the same reference",
    again.kind === "enrolment" && bytesOf(again.reference) === bytesOf(reference),
  );

  checkScores(comparator, reference, probes);
  checkVersions(comparator, reference, probes.mated[0] ?? own[0]);
  checkDamage(comparator, reference, { random, probe: probes.mated[0] ?? own[0] });
}

function checkScores(
  comparator: Comparator,
  reference: Reference,
  { mated, nonMated }: { readonly mated: readonly FeatureSet[]; readonly nonMated: readonly FeatureSet[] },
): void {
  const copy = { ...reference, payload: reference.payload.slice() };
  const scoresOf = (probes: readonly FeatureSet[]): number[] =>
    probes.map((probe) => {
      const { value } = comparator.compare(reference, probe);
      hold("a score is finite", Number.isFinite(value), `${value}`);
      hold("a stored reference gives the same score", comparator.compare(copy, probe).value === value);
      return value;
    });
  const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const own = mean(scoresOf(mated));
  const other = mean(scoresOf(nonMated));
  hold("higher means more likely the enrolled subject", own > other, `${own} against ${other}`);
}

function checkVersions(comparator: Comparator, reference: Reference, probe: FeatureSet | undefined): void {
  const law = "another version is never compared";
  hold("there is a probe", probe !== undefined);
  const older: Reference = { ...reference, comparator: `${comparator.name}@${comparator.version - 1}` };
  const elsewhere: Reference = { ...reference, extractor: "elsewhere@1" };
  const foreign: FeatureSet = { ...probe, extractor: "elsewhere@1" };
  for (const attempt of [
    () => comparator.compare(older, probe),
    () => comparator.compare(elsewhere, probe),
    () => comparator.compare(reference, foreign),
  ]) {
    const thrown = thrownBy(law, attempt);
    hold(law, thrown instanceof CoreError && thrown.code === "versionMismatch", String(thrown));
  }
}

function checkDamage(
  comparator: Comparator,
  reference: Reference,
  { random, probe }: { readonly random: Random; readonly probe: FeatureSet | undefined },
): void {
  hold("there is a probe", probe !== undefined);
  for (let round = 0; round < 200; round += 1) {
    const payload = reference.payload.slice(0, round % 2 === 0 ? integer(random, reference.payload.length) : undefined);
    for (let flips = 0; flips < 3 && payload.length > 0; flips += 1)
      payload[integer(random, payload.length)] = integer(random, 256);
    try {
      const { value } = comparator.compare({ ...reference, payload }, probe);
      hold("a damaged reference gives a finite score or an error of its own", Number.isFinite(value), `${value}`);
    } catch (thrown) {
      const typed = thrown instanceof CoreError && thrown.code === "malformedReference";
      if (!typed) throw new Error("broken law: a damaged reference is a malformedReference", { cause: thrown });
    }
  }
}

function bytesOf({ payload }: Reference): string {
  return payload.join();
}
