import {
  baseline,
  createRandom,
  type DecisionKind,
  decide,
  type Event,
  type Evidence,
  type FeatureSet,
  type Sample,
  TUTORIAL_FEATURES,
} from "@habitus/core";
import { createPopulation, type SimulatedPerson, typeText } from "@habitus/core/attacks";

const SEED = 2;
const QUANTUM_MS = 0.1;

/** Returns the numbers of docs/flow.md: two simulated people, one window followed from its events to the decision. */
export function workedExample(): string {
  const [owner, other] = createPopulation(2, SEED);
  if (owner === undefined || other === undefined) throw new Error("the population is too small");
  const samples = [1, 2, 3].flatMap((sitting) => windowsOf(type(owner, sitting, 300))).map(baseline.extractor.extract);
  const background = baseline.background(6 * samples.length, SEED);
  const enrolment = baseline.enrol(samples, { background, random: createRandom(SEED), now: 0 });
  if (enrolment.kind === "failureToEnrol") throw new Error(`${enrolment.missing} samples are missing`);
  const { report, reference } = enrolment;

  const events = type(owner, 9, 200);
  const windows = windowsOf(events);
  const [sample] = windows;
  if (sample === undefined) throw new Error("no window was closed");
  const probes = windows.map(baseline.extractor.extract);
  const [probe] = probes;
  if (probe === undefined) throw new Error("no window was closed");
  const foreign = windowsOf(type(other, 9, 300)).map(baseline.extractor.extract);
  const compare = (set: FeatureSet): Evidence => {
    const evidence = baseline.compare(reference, set);
    if (evidence.kind === "noEvidence") throw new Error(evidence.reason);
    return evidence;
  };
  return [
    ...heading("events", events.length, "the first six"),
    ...events.slice(0, 6).map((event) => `  ${describe(event, events[0]?.at ?? 0)}`),
    ...heading("sample", 1, `${sample.keystrokes.length} keystrokes in ${seconds(sample)} s`),
    ...heading("feature set", TUTORIAL_FEATURES.length, "the six of typing; the six of pointing are missing"),
    ...TUTORIAL_FEATURES.slice(0, 6).map(
      (name, i) => `  ${name.padEnd(24)} ${round(probe.values[i] ?? Number.NaN, 1)}`,
    ),
    ...heading(
      "reference",
      1,
      `${report.mated} samples of the subject, ${report.nonMated} of others, ${reference.payload.length} bytes`,
    ),
    ...heading("evidence", 2, "the same window of the subject, and the first of somebody else"),
    `  subject        ${explain(compare(probe))}`,
    `  somebody else  ${explain(compare(foreign[0] ?? probe))}`,
    ...heading(
      "trust",
      probes.length + foreign.length,
      `windows: somebody else takes over after window ${probes.length}`,
    ),
    ...follow([...probes, ...foreign].map(compare), probes.length),
  ].join("\n");
}

function type(person: SimulatedPerson, sitting: number, keystrokes: number): Event[] {
  return typeText(person, { keystrokes, startAt: 86_400_000 * sitting, random: createRandom(100 * SEED + sitting) });
}

function windowsOf(events: readonly Event[]): Sample[] {
  const { windows } = baseline.segmenter.push(baseline.segmenter.initial(), events, QUANTUM_MS);
  return windows.flatMap((window) => (window.kind === "sample" ? [window] : []));
}

/** One line per change of the decision: after which window, with which trust. */
function follow(evidence: readonly Evidence[], ownWindows: number): string[] {
  const lines: string[] = [];
  let trust = baseline.trust.initial();
  let previous: DecisionKind | undefined;
  evidence.forEach((newest, i) => {
    trust = baseline.trust.update(trust, newest);
    const reading = baseline.trust.read(trust);
    const { kind } = decide(baseline.policy, {
      at: newest.at,
      reading,
      enrolment: "enrolled",
      previous,
      stepUp: previous === "stepUp" ? "pending" : "none",
      evidence: evidence.slice(Math.max(0, i - 9), i + 1),
    });
    if (kind !== previous) {
      const who = i < ownWindows ? "subject" : "somebody else";
      lines.push(
        `  window ${String(i + 1).padStart(2)}  ${who.padEnd(13)}  trust ${round(reading.value ?? Number.NaN, 2)}  ${kind}`,
      );
    }
    previous = kind;
  });
  return lines;
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

function explain({ score, llr, contributions }: Evidence): string {
  const [loudest] = contributions;
  return `score ${round(score, 2)}  llr ${round(llr, 2)}  loudest: ${loudest?.feature} ${round(loudest?.share ?? 0, 2)}`;
}

function seconds({ startedAt, endedAt }: Sample): string {
  return round((endedAt - startedAt) / 1000, 1);
}

function round(value: number, digits: number): string {
  return value.toFixed(digits);
}
