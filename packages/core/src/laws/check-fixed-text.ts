import type { Reference } from "../comparison/comparator.ts";
import { comparePhrase, type EnrolledPhrase, enrolPhrase } from "../comparison/fixed-text/fixed-text.ts";
import type { PhraseModel } from "../comparison/fixed-text/phrase-model.ts";
import { adaptPhrase, confirmPhrase, followPhrase } from "../comparison/fixed-text/update-phrase.ts";
import { CoreError } from "../error.ts";
import type { KeyZone } from "../events/key-zone.ts";
import type { Keystroke } from "../events/segment.ts";
import type { Phrase } from "../features/fixed-text/phrase.ts";
import { phraseOfKeys } from "../features/fixed-text/phrase-of-keys.ts";
import { fitFixedText } from "../fit/fit-fixed-text.ts";
import { gaussian, integer, type Random } from "../math/random.ts";
import { hold, thrownBy } from "./hold.ts";

/** How a made-up person types a made-up phrase: medians of holds and latencies in ms. */
interface Habit {
  readonly zones: readonly KeyZone[];
  readonly holdMs: readonly number[];
  readonly latencyMs: readonly number[];
}

const TYPED: readonly KeyZone[] = ["leftTop", "leftHome", "rightTop", "rightHome", "rightBottom", "digit", "space"];
const DAY_MS = 86_400_000;
const LARGEST_LLR = 8;

/** Checks the laws of fixed text with made-up people and phrases; throws an error that names the one that is broken. */
export function checkFixedText(random: Random): void {
  const zones = Array.from({ length: 6 + integer(random, 9) }, () => TYPED[integer(random, TYPED.length)] ?? "space");
  const people = Array.from({ length: 12 }, () => {
    const habit = randomHabit(random, zones);
    return Array.from({ length: 20 }, (_, i) => repetition(random, habit, i * DAY_MS));
  });
  const known = people.slice(4);
  const own = people[0] ?? [];
  const other = people[1] ?? [];
  for (const model of [
    fitFixedText([known], { id: "laws" }),
    fitFixedText([known], { id: "laws", samePhrase: true }),
    { id: "laws", practice: 0, weightings: [] },
  ]) {
    checkEnrolment(own);
    const { reference } = enrolled(own.slice(0, 10));
    checkScores(model, reference, { random, own, other });
    checkUpdates(model, reference, { own, other });
    checkDamage(model, reference, { random, probe: own[15] ?? other[0] });
  }
}

function checkEnrolment(own: readonly Phrase[]): void {
  for (const count of [0, 1, 2]) {
    const failed = enrolPhrase(own.slice(0, count), { now: 1 });
    hold("too few repetitions are a failure to enrol", failed.kind === "failureToEnrol");
    hold("a failure to enrol says how many are missing", failed.missing === 3 - count);
  }
  const { reference, used, left } = enrolled([...own.slice(0, 3), shortened(own[3]), ...own.slice(4, 6)]);
  hold("a repetition of other keys is left out", used === 5 && left === 1, `${used} used, ${left} left`);
  hold("a reference names its comparator", reference.comparator === "fixed-text@1");
  const bytes = reference.payload.length;
  const keys = own[0]?.zones.length ?? 0;
  hold("a reference of ten keys has at most a kilobyte", keys > 10 || bytes <= 1024, `${bytes} bytes for ${keys} keys`);
  const again = enrolled([...own.slice(0, 3), shortened(own[3]), ...own.slice(4, 6)]);
  hold("the same repetitions enrol the same reference", again.reference.payload.join() === reference.payload.join());
}

interface Probes {
  readonly random: Random;
  readonly own: readonly Phrase[];
  readonly other: readonly Phrase[];
}

function checkScores(model: PhraseModel, reference: Reference, { random, own, other }: Probes): void {
  const copy = { ...reference, payload: reference.payload.slice() };
  const judge = (probe: Phrase): { readonly score: number; readonly llr: number } => {
    const evidence = comparePhrase(model, reference, probe);
    hold("a repetition of the phrase is judged", evidence.kind === "evidence");
    const { score, llr } = evidence;
    hold("a score is finite", Number.isFinite(score), `${score}`);
    hold("no single repetition is wildly sure", Math.abs(llr) <= LARGEST_LLR, `${llr}`);
    const stored = comparePhrase(model, copy, probe);
    hold("a stored reference gives the same answer", stored.kind === "evidence" && stored.llr === llr);
    return { score, llr };
  };
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [mine, theirs] = [own.slice(10), other].map((list) => list.map(judge));
  hold(
    "higher means more likely the enrolled subject",
    mean((mine ?? []).map(({ score }) => score)) > mean((theirs ?? []).map(({ score }) => score)),
  );
  hold(
    "higher likelihood ratios mean more likely the enrolled subject",
    model.weightings.length === 0 ||
      mean((mine ?? []).map(({ llr }) => llr)) > mean((theirs ?? []).map(({ llr }) => llr)),
  );
  for (const probe of own) judge(odd(random, probe));
  const later = own.map((probe) => ({ ...probe, startedAt: probe.startedAt + 1e9, endedAt: probe.endedAt + 1e9 }));
  later.forEach((probe, i) => {
    const before = own[i];
    hold("the time of day does not matter", before !== undefined && judge(probe).llr === judge(before).llr);
  });
  const fewer = comparePhrase(model, reference, shortened(own[0]));
  hold(
    "other keys are an absence, never a score",
    fewer.kind === "phraseAbsence" && fewer.reason === "otherNumberOfKeys",
  );
  const foreign = own[0];
  hold("there is a probe", foreign !== undefined);
  const elsewhere = comparePhrase(model, reference, {
    ...foreign,
    zones: foreign.zones.map(() => "punctuation" as const),
  });
  hold("keys elsewhere are an absence", elsewhere.kind === "phraseAbsence" && elsewhere.reason === "otherKeys");
}

function checkUpdates(model: PhraseModel, reference: Reference, { own, other }: Omit<Probes, "random">): void {
  const before = reference.payload.join();
  let updated = reference;
  for (const probe of [...other, ...own.slice(10)])
    for (const update of [adaptPhrase, followPhrase, confirmPhrase]) {
      const outcome = update(updated, probe, { now: 2 });
      hold("a repetition of the phrase can be taken in", outcome.kind === "updatedPhrase");
      hold("what is confirmed is always taken in", update !== confirmPhrase || outcome.learnt);
      const evidence = comparePhrase(model, outcome.reference, probe);
      hold("an updated reference can be compared", evidence.kind === "evidence" && Number.isFinite(evidence.score));
      updated = outcome.reference;
    }
  hold("an update leaves the old reference as it was", reference.payload.join() === before);
  hold("a reference does not grow", updated.payload.length <= reference.payload.length + 8);
  checkReach(model, reference, { own, other });
}

/** What nothing confirms moves the reference a little at most, however often it comes. */
function checkReach(model: PhraseModel, reference: Reference, { own, other }: Omit<Probes, "random">): void {
  const probe = other[0];
  hold("there is a probe", probe !== undefined);
  const distance = (of: Reference): number => {
    const evidence = comparePhrase(model, of, probe, { attempt: 11 });
    return evidence.kind === "evidence" ? -evidence.score : Number.NaN;
  };
  let led = reference;
  for (let round = 0; round < 5; round += 1)
    for (const step of own.map((mine) => between(mine, probe))) {
      const outcome = adaptPhrase(led, step, { now: 3, practice: 0 });
      if (outcome.kind === "updatedPhrase") led = outcome.reference;
    }
  hold("nobody is led away by what is not confirmed", distance(led) > distance(reference) - 0.2);
}

function checkDamage(
  model: PhraseModel,
  reference: Reference,
  { random, probe }: { readonly random: Random; readonly probe: Phrase | undefined },
): void {
  hold("there is a probe", probe !== undefined);
  for (const foreign of [
    { ...reference, comparator: "fixed-text@0" },
    { ...reference, extractor: "elsewhere@1" },
  ]) {
    const thrown = thrownBy("another version is never compared", () => comparePhrase(model, foreign, probe));
    hold("another version is never compared", thrown instanceof CoreError && thrown.code === "versionMismatch");
  }
  for (let round = 0; round < 200; round += 1) {
    const { length } = reference.payload;
    const payload = reference.payload.slice(0, round % 2 === 0 ? integer(random, length) : undefined);
    for (let flips = 0; flips < 3 && payload.length > 0; flips += 1)
      payload[integer(random, payload.length)] = integer(random, 256);
    try {
      const evidence = comparePhrase(model, { ...reference, payload }, probe);
      const finite =
        evidence.kind === "phraseAbsence" || (Number.isFinite(evidence.score) && Number.isFinite(evidence.llr));
      hold("a damaged reference gives a finite score or an error of its own", finite);
    } catch (thrown) {
      const typed = thrown instanceof CoreError && thrown.code === "malformedReference";
      if (!typed) throw new Error("broken law: a damaged reference is a malformedReference", { cause: thrown });
    }
  }
}

function enrolled(phrases: readonly Phrase[]): EnrolledPhrase {
  const outcome = enrolPhrase(phrases, { now: 1_700_000_000_000 });
  hold("enough repetitions enrol", outcome.kind === "enrolledPhrase");
  return outcome;
}

function randomHabit(random: Random, zones: readonly KeyZone[]): Habit {
  const about = (median: number, spread: number): number => median * Math.exp(spread * gaussian(random));
  const [holdMs, latencyMs] = [about(90, 0.2), about(200, 0.3)];
  return {
    zones,
    holdMs: zones.map(() => about(holdMs, 0.2)),
    latencyMs: zones.map(() => about(latencyMs, 0.35)),
  };
}

function repetition(random: Random, { zones, holdMs, latencyMs }: Habit, startedAt: number): Phrase {
  let pressAt = startedAt;
  const keys = zones.map((zone, i): Keystroke => {
    const held = (holdMs[i] ?? 0) * Math.exp(0.12 * gaussian(random));
    const key = { zone, pressAt, releaseAt: pressAt + held };
    pressAt += (latencyMs[i] ?? 0) * Math.exp(0.2 * gaussian(random));
    return key;
  });
  const phrase = phraseOfKeys(keys);
  hold("a made-up repetition can be read", phrase.kind === "phrase", JSON.stringify(phrase));
  return phrase;
}

/** As no person types it: instantly, very slowly, with most times missing. */
function odd(random: Random, phrase: Phrase): Phrase {
  const scale = [0, 1e-3, 50, 1e9][integer(random, 4)] ?? 1;
  const alter = (value: number): number => (random() < 0.3 ? Number.NaN : value * scale);
  const holdMs = phrase.holdMs.map(alter);
  holdMs[0] = 80;
  return { ...phrase, holdMs, latencyMs: phrase.latencyMs.map(alter) };
}

function shortened(phrase: Phrase | undefined): Phrase {
  hold("there is a phrase", phrase !== undefined);
  const { zones, holdMs, latencyMs } = phrase;
  return { ...phrase, zones: zones.slice(0, -1), holdMs: holdMs.slice(0, -1), latencyMs: latencyMs.slice(0, -1) };
}

/** A tenth of the way from one to the other. */
function between(from: Phrase, to: Phrase): Phrase {
  const mix = (left: Float64Array, right: Float64Array): Float64Array =>
    left.map((value, i) => value ** 0.9 * (right[i] ?? value) ** 0.1);
  return { ...from, holdMs: mix(from.holdMs, to.holdMs), latencyMs: mix(from.latencyMs, to.latencyMs) };
}
