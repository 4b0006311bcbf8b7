import {
  baseline,
  createRandom,
  type Decision,
  decide,
  type Event,
  type FeatureSet,
  type Reference,
  toTutorialRow,
} from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";
import { startSklearn } from "./peer-forest.ts";
import { fasterThan, median, type Row, time } from "./row.ts";

type Trust = ReturnType<typeof baseline.trust.initial>;

const SEED = 7;
const QUANTUM_MS = 0.1;
const WINDOWS = 40;
const ROUNDS = 15;
const REPEATS = 400;
/** A service scores windows all day: its code has been compiled. */
const WARM_UP = 10_000;

/** One window of 50 keystrokes, from its events to a decision, beside one row through scikit-learn's `predict_proba`. */
export async function benchScoring(): Promise<Row[]> {
  const { reference, samples, background } = enrolSomebody();
  const streams = drawWindows(40);
  const probe = windowsOf(streams[0] ?? [])[0];
  if (probe === undefined) throw new Error("no window was closed");
  const others = background.filter(({ pointerEvents }) => pointerEvents === 0).slice(0, samples.length);
  const sklearn = await startSklearn({
    rows: [...samples, ...others].map(toTutorialRow),
    labels: [...samples.map(() => 1), ...others.map(() => 0)],
    probes: [toTutorialRow(probe)],
  });
  await sklearn?.fit(1);

  let trust = baseline.trust.initial();
  const first = baseline.compare(reference, probe);
  if (first.kind === "noEvidence") throw new Error(`no evidence: ${first.reason}`);
  for (let i = 0; i < 10; i += 1) trust = baseline.trust.update(trust, first);

  const ours: number[] = [];
  const theirs: number[] = [];
  const measure = (repeats: number): number => {
    const ms: number[] = [];
    for (let i = 0; i < repeats; i += 1)
      ms.push(time(() => scoreWindow(streams[i % streams.length] ?? [], reference, trust)));
    return 1000 * median(ms); // of single calls, as the peer's: a busy machine interrupts both
  };
  measure(WARM_UP);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const window = measure(REPEATS);
    const row = await sklearn?.rowMs(40);
    if (round === 0) continue; // warms up the peer
    ours.push(window);
    if (row !== undefined) theirs.push(1000 * row);
  }
  sklearn?.close();
  const peer = sklearn && median(theirs);
  const name = `scikit-learn ${sklearn?.version ?? ""}`.trim();
  const what = "score a 50-key window, events to decision (peer: predict_proba of its row)";
  return [fasterThan(name, { what, unit: "us", ours: median(ours), peer }, 200)];
}

/** From events to a decision, as a service does it, with nothing kept from the window before but trust. */
function scoreWindow(events: readonly Event[], reference: Reference, trust: Trust): Decision {
  const [sample] = windowsOf(events);
  if (sample === undefined) throw new Error("the events closed no window");
  const evidence = baseline.compare(reference, sample);
  if (evidence.kind === "noEvidence") throw new Error(`no evidence: ${evidence.reason}`);
  return decide(baseline.policy, {
    at: sample.endedAt,
    reading: baseline.trust.read(baseline.trust.update(trust, evidence)),
    enrolment: "enrolled",
    previous: "continue",
    stepUp: "none",
    evidence: [evidence],
  });
}

function windowsOf(events: readonly Event[]): FeatureSet[] {
  const { windows } = baseline.segmenter.push(baseline.segmenter.initial(), events, QUANTUM_MS);
  return windows.flatMap((window) => (window.kind === "sample" ? [baseline.extractor.extract(window)] : []));
}

function enrolSomebody(): {
  readonly reference: Reference;
  readonly samples: readonly FeatureSet[];
  readonly background: readonly FeatureSet[];
} {
  const [owner] = createPopulation(1, SEED);
  if (owner === undefined) throw new Error("the population is empty");
  const random = createRandom(SEED);
  const samples = windowsOf(typeText(owner, { keystrokes: 10 * WINDOWS, startAt: 0, random }));
  const background = baseline.background(20 * WINDOWS, SEED);
  const enrolment = baseline.enrol(samples, { background, random, now: 0 });
  if (enrolment.kind === "failureToEnrol") throw new Error(`not enrolled: ${enrolment.missing} samples are missing`);
  return { reference: enrolment.reference, samples, background };
}

/** Streams of exactly one window each: the trees must not always be walked the same way. */
function drawWindows(count: number): Event[][] {
  return createPopulation(count, SEED).map((person, i) => {
    const events = typeText(person, { keystrokes: 80, startAt: 1_700_000_000_000, random: createRandom(SEED + i) });
    const presses = new Set<number>();
    for (const event of events) if (event.phase === "down" && presses.size < 50) presses.add(event.press);
    return events.filter(({ press }) => presses.has(press));
  });
}
