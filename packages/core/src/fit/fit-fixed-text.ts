import type { Reference } from "../comparison/comparator.ts";
import { enrolPhrase, examine } from "../comparison/fixed-text/fixed-text.ts";
import type { PhraseModel, Weighting } from "../comparison/fixed-text/phrase-model.ts";
import type { PhrasePopulation } from "../comparison/fixed-text/population.ts";
import { readReference } from "../comparison/fixed-text/read-reference.ts";
import { medians } from "../comparison/fixed-text/template.ts";
import type { Phrase } from "../features/fixed-text/phrase.ts";
import { logTimings } from "../features/fixed-text/phrase.ts";
import { fitLogistic } from "./fit-logistic.ts";
import { fitPopulation } from "./fit-population.ts";

/** Somebody's repetitions of a phrase, oldest first. */
export type Repetitions = readonly Phrase[];

export interface FixedTextFitOptions {
  readonly id: string;
  /** Also learn what is known of the phrase itself: all people must have typed the same one. */
  readonly samePhrase?: boolean;
}

/** Enrolments that are learnt from. */
const SIZES = [3, 5, 10, 20, 50, 100, 200];
/** Impostors are as often beginners (first five repetitions) as practised (last five). */
const ENDS = 5;
const MOST_MATED = 50;
/** Ridge of the logistic regression as a share of the weight of all comparisons. */
const RIDGE = 1e-3;
const FIT_RIDGE = 1e-6;
const SPLITS = 4;
const MOST_PRACTICE = 0.15;
const FEWEST_PEOPLE = 8;

/**
 * Learns how traits weigh from people who typed phrases again and again: each is enrolled with the first repetitions and compared with
 * the later half of their own and with the first and last five of the others. Deterministic. People of several phrases may be
 * given group by group: only those of one group are impostors of each other.
 */
export function fitFixedText(
  groups: readonly (readonly Repetitions[])[],
  { id, samePhrase = false }: FixedTextFitOptions,
): PhraseModel {
  const people = groups.flat().length;
  if (people < FEWEST_PEOPLE)
    throw new RangeError(`"groups" must hold at least ${FEWEST_PEOPLE} people, got ${people}`);
  if (samePhrase && groups.length !== 1) throw new RangeError(`one phrase is one group, got ${groups.length}`);
  const practice = fitPractice(groups);
  const splits = samePhrase ? splitsOf(groups[0] ?? []) : undefined;
  const weightings = SIZES.flatMap((samples): Weighting[] => {
    const trials =
      splits?.flatMap(({ subjects, population }) => trialsOf(subjects, samples, { practice, population })) ??
      groups.flatMap((group) => trialsOf(group, samples, { practice }));
    return trials.length === 0 ? [] : [weightingOf(trials, samples)];
  });
  if (weightings.length === 0) throw new RangeError(`nobody has ${2 * (SIZES[0] ?? 0)} repetitions of one phrase`);
  const population = samePhrase ? fitPopulation(groups[0] ?? [], sizesOf(groups[0] ?? [])) : undefined;
  return { id, practice, weightings, ...(population && { population }) };
}

/** Instant (number of the attempt) in the middle of the later half, where probes are taken from. */
export function laterAttempt(repetitions: Repetitions): number {
  const half = Math.floor(repetitions.length / 2);
  return half + (repetitions.length - half) / 2;
}

function sizesOf(group: readonly Repetitions[]): readonly number[] {
  return SIZES.filter((samples) => group.some((own) => own.length >= 2 * samples));
}

interface Trial {
  readonly mated: boolean;
  readonly traits: Float64Array;
}

/** Comparisons of each of the people with themselves and with the others. */
function trialsOf(
  group: readonly Repetitions[],
  samples: number,
  model: { readonly practice: number; readonly population?: PhrasePopulation },
): Trial[] {
  const trials: Trial[] = [];
  group.forEach((own, index) => {
    const half = Math.floor(own.length / 2);
    if (half < samples) return;
    const enrolled = enrolPhrase(own.slice(0, samples), { now: 0 });
    if (enrolled.kind === "failureToEnrol") return;
    const attempt = laterAttempt(own);
    const add = (reference: Reference, probe: Phrase | undefined, mated: boolean): void => {
      if (probe === undefined) return;
      const found = examine(model, reference, probe, { attempt });
      if (found.kind === "examined") trials.push({ mated, traits: found.traits });
    };
    const step = Math.max(1, Math.floor((own.length - half) / MOST_MATED));
    for (let i = half; i < own.length; i += step) add(enrolled.reference, own[i], true);
    group.forEach((other, place) => {
      if (other === own) return;
      const turn = (index + place) % ENDS;
      add(enrolled.reference, other[turn], false);
      add(enrolled.reference, other[other.length - 1 - turn], false);
    });
  });
  return trials;
}

/** Some of the people, and what is known of the phrase from all the others: nobody is judged by what was learnt from them. */
interface Split {
  readonly subjects: readonly Repetitions[];
  readonly population: PhrasePopulation;
}

function splitsOf(group: readonly Repetitions[]): readonly Split[] {
  return Array.from({ length: SPLITS }, (_, split) => ({
    subjects: group.filter((_person, i) => i % SPLITS === split),
    population: fitPopulation(
      group.filter((_person, i) => i % SPLITS !== split),
      sizesOf(group),
    ),
  }));
}

function weightingOf(trials: readonly Trial[], samples: number): Weighting {
  const mated = trials.filter((trial) => trial.mated);
  const others = trials.filter((trial) => !trial.mated);
  const size = trials[0]?.traits.length ?? 0;
  const usual: number[] = [];
  const scale: number[] = [];
  for (let k = 0; k < size; k += 1) {
    const mean = (list: readonly Trial[]): number =>
      list.reduce((sum, { traits }) => sum + (traits[k] ?? 0), 0) / list.length;
    usual.push(0.5 * (mean(mated) + mean(others)));
    const squares = trials.reduce((sum, { traits }) => sum + ((traits[k] ?? 0) - (usual[k] ?? 0)) ** 2, 0);
    scale.push(Math.sqrt(squares / trials.length) || 1);
  }
  // Both sides weigh the same, so that log-odds are log-likelihood ratios.
  const total = FIT_RIDGE / RIDGE;
  const fitted = fitLogistic(
    trials.map(({ traits }) => [1, ...[...traits].map((trait, k) => (trait - (usual[k] ?? 0)) / (scale[k] ?? 1))]),
    trials.map((trial) => (trial.mated ? 1 : 0)),
    trials.map((trial) => (0.5 * total) / (trial.mated ? mated : others).length),
  );
  const [offset = 0, ...weights] = fitted;
  return { samples, offset, weights: weights.map((weight, k) => weight / (scale[k] ?? 1)), usual };
}

/** Returns the fall of the log latencies per ln(attempt) that brings the early habit to the later one: least squares over people and sizes. */
function fitPractice(groups: readonly (readonly Repetitions[])[]): number {
  let products = 0;
  let squares = 0;
  for (const own of groups.flat()) {
    const half = Math.floor(own.length / 2);
    const keys = own[0]?.zones.length ?? 0;
    const later = medians(
      own
        .slice(half)
        .filter(({ zones }) => zones.length === keys)
        .map(logTimings),
    );
    for (const samples of SIZES) {
      if (half < samples) continue;
      const enrolled = enrolPhrase(own.slice(0, samples), { now: 0 });
      if (enrolled.kind === "failureToEnrol") continue;
      const { template } = readReference(enrolled.reference);
      if (template.zones.length !== keys) continue;
      let fall = 0;
      for (let j = keys; j < template.working.mean.length; j += 1)
        fall += ((template.working.mean[j] ?? 0) - (later[j] ?? Number.NaN)) / (keys - 1);
      if (!Number.isFinite(fall)) continue;
      const practiceTime = Math.log(laterAttempt(own) / template.working.at);
      products += fall * practiceTime;
      squares += practiceTime * practiceTime;
    }
  }
  return squares === 0 ? 0 : Math.max(0, Math.min(MOST_PRACTICE, products / squares));
}
