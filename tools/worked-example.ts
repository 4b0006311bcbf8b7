import {
  createRandom,
  type DecisionKind,
  decide,
  type Event,
  type Evidence,
  type FeatureSet,
  featureWords,
  habitus,
  type Reference,
  type Sample,
  type Sitting,
} from "@habitus/core";
import { createPopulation, type SimulatedPerson, typeText } from "@habitus/core/attacks";

const SEED = 3;
const QUANTUM_MS = 0.1;
const DAY_MS = 86_400_000;
const FEATURES_SHOWN = [
  "levels.holdResidual.mean",
  "levels.press.q50",
  "hands.hold.left.mean",
  "habits.rate.backspace",
];

interface Example {
  readonly reference: Reference;
  readonly events: readonly Event[];
  readonly sample: Sample;
  readonly probes: readonly FeatureSet[];
  readonly evidence: readonly Evidence[];
}

/** Two simulated people: the first enrols and goes on typing, the second takes over. */
function example(): Example {
  const [owner, , , other] = createPopulation(4, SEED);
  if (owner === undefined || other === undefined) throw new Error("the population is too small");
  const { extractor, enrol } = habitus;
  const samples = [1, 2].flatMap((day) => windowsOf(type(owner, day * DAY_MS, 100))).map(extractor.extract);
  const made = enrol(samples, { background: [], random: createRandom(SEED), now: 3 * DAY_MS });
  if (made.kind === "failureToEnrol") throw new Error(`${made.missing} samples are missing`);
  const { reference } = made;

  const events = type(owner, 9 * DAY_MS, 200);
  const windows = windowsOf(events);
  const [sample] = windows;
  if (sample === undefined) throw new Error("no window was closed");
  const probes = windows.map(extractor.extract);
  const foreign = windowsOf(type(other, (events.at(-1)?.at ?? 0) + 5_000, 200)).map(extractor.extract);
  return { reference, events, sample, probes, evidence: follow(reference, [...probes, ...foreign]) };
}

/** What each window of the example leaves behind. */
export interface TrustPoint {
  /** Sums of what was said, nats: that it is the subject, and that hands changed. */
  readonly person: number;
  readonly change: number;
  readonly trust: number;
  readonly isSubject: boolean;
}

/** Returns trust after each window of the example, for the picture in docs/flow.md. */
export function workedTrust(): TrustPoint[] {
  const { evidence, probes } = example();
  let trust = habitus.trust.initial();
  let [person, change] = [0, 0];
  return evidence.map((newest, i) => {
    trust = habitus.trust.update(trust, newest);
    person += newest.llr;
    change = Math.max(0, change - (newest.sittingLlr ?? 0));
    return { person, change, trust: habitus.trust.read(trust).value ?? Number.NaN, isSubject: i < probes.length };
  });
}

/** Returns the numbers of docs/flow.md: one window followed from its events to the decision. */
export function workedExample(): string {
  const { reference, events, sample, probes, evidence } = example();
  const { extractor } = habitus;
  const [first, second] = evidence;
  const [newest] = evidence.slice(probes.length);
  if (first === undefined || second === undefined || newest === undefined) throw new Error("a window gave no evidence");
  return [
    ...heading("events", events.length, "the first six"),
    ...events.slice(0, 6).map((event) => `  ${describe(event, events[0]?.at ?? 0)}`),
    ...heading("sample", 1, `${sample.keystrokes.length} keystrokes in ${seconds(sample)} s`),
    ...heading("feature set", extractor.featureNames.length, "some of them"),
    ...FEATURES_SHOWN.map((name) => `  ${name.padEnd(24)} ${round(featureOf(probes[0], name), 2).padStart(5)}`),
    ...heading("reference", 1, `${reference.samples} samples of two sittings, ${reference.payload.length} bytes`),
    ...heading("evidence", evidence.length, `somebody else takes over after window ${probes.length}`),
    ...[first, second, newest].map((one) => `  window ${evidence.indexOf(one) + 1}  ${explain(one)}`),
    ...heading("trust", evidence.length, "where the decision changes"),
    ...decisions(evidence, probes.length),
  ].join("\n");
}

function type(person: SimulatedPerson, startAt: number, keystrokes: number): Event[] {
  return typeText(person, { keystrokes, startAt, random: createRandom(SEED + startAt / DAY_MS) });
}

function windowsOf(events: readonly Event[]): Sample[] {
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, QUANTUM_MS);
  return windows.flatMap((window) => (window.kind === "sample" ? [window] : []));
}

function follow(reference: Reference, probes: readonly FeatureSet[]): Evidence[] {
  let sitting: Sitting | undefined;
  return probes.map((probe) => {
    const next = habitus.follow?.(reference, probe, sitting);
    if (next?.evidence.kind !== "evidence") throw new Error("a window gave no evidence");
    sitting = next.sitting;
    return next.evidence;
  });
}

/** One line per change of the decision. */
function decisions(evidence: readonly Evidence[], ownWindows: number): string[] {
  let trust = habitus.trust.initial();
  let previous: DecisionKind | undefined;
  return evidence.flatMap((newest, i) => {
    trust = habitus.trust.update(trust, newest);
    const reading = habitus.trust.read(trust);
    const { kind } = decide(habitus.policy, {
      at: newest.at,
      reading,
      enrolment: "enrolled",
      previous,
      stepUp: previous === "stepUp" || previous === "lock" ? "pending" : "none",
      evidence: evidence.slice(0, i + 1),
    });
    if (kind === previous) return [];
    previous = kind;
    const who = i < ownWindows ? "subject" : "somebody else";
    return [`  window ${i + 1}  ${who.padEnd(13)}  trust ${round(reading.value ?? Number.NaN, 2)}  ${kind}`];
  });
}

function featureOf(set: FeatureSet | undefined, name: string): number {
  return set?.values[habitus.extractor.featureNames.indexOf(name)] ?? Number.NaN;
}

function heading(what: string, count: number, text: string): string[] {
  return ["", `${what} (${count}): ${text}`];
}

function describe(event: Event, start: number): string {
  const at = `${round(event.at - start, 1)} ms`.padStart(9);
  return event.kind === "key"
    ? `${at}  ${event.phase.padEnd(4)}  ${event.zone}  press ${event.press}`
    : `${at}  ${event.kind}`;
}

function explain({ llr, sittingLlr, contributions }: Evidence): string {
  const [loudest] = contributions;
  const signed = (value: number): string => `${value < 0 ? "" : "+"}${round(value, 1)}`;
  const goesOn = sittingLlr === undefined ? "the sitting begins" : `goes on as before ${signed(sittingLlr)}`;
  return `llr ${signed(llr)}, ${goesOn}; loudest: ${featureWords(loudest?.feature ?? "")} (${signed(loudest?.share ?? 0)})`;
}

function seconds({ startedAt, endedAt }: Sample): string {
  return round((endedAt - startedAt) / 1000, 1);
}

function round(value: number, digits: number): string {
  return value.toFixed(digits);
}
