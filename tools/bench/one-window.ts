import {
  compareArms,
  comparePerson,
  createRandom,
  type Event,
  enrolArms,
  enrolPerson,
  habitus,
  pointing,
  rhythmExtractor,
  type Sample,
  shippedPointer,
  shippedTyping,
} from "@habitus/core";
import { createPopulation, session, typeText } from "@habitus/core/attacks";

const ROUNDS = 80;
const TOGETHER = 20;

/** Median ms of one 50-key window: its features, its place in the model, its likelihood ratio. Runs in Node and in a browser. */
export function timeWindows(): { readonly windowMs: number; readonly loadMs: number } {
  const [owner, other] = createPopulation(2, 5);
  if (owner === undefined || other === undefined) throw new Error("two people");
  const before = performance.now();
  const { model } = shippedTyping();
  const loadMs = performance.now() - before;
  const samples = windowsOf(typeText(owner, { keystrokes: 400, startAt: 0, random: createRandom(1) }));
  const enrolled = enrolPerson(model, samples.map(rhythmExtractor.extract), { minimum: 1, now: 1e9 });
  if (enrolled.kind !== "enrolment") throw new Error(enrolled.reason);
  const probes = windowsOf(typeText(other, { keystrokes: 1500, startAt: 2e9, random: createRandom(2) }));
  const judge = (probe: Sample): number =>
    comparePerson(model, enrolled.reference, rhythmExtractor.extract(probe)) ?? 0;
  return { windowMs: medianMs(probes, judge), loadMs };
}

/** Points of the stroke that is timed, 16 ms apart. */
const POINTS = 41;

/** Median ms of one stroke of 41 points: its features and counts, and what both models of the shipped background make of it. */
export function timeStrokes(): number {
  const [owner] = createPopulation(1, 5);
  if (owner === undefined) throw new Error("one person");
  const moved = windowsOf(session(owner, { durationMs: 120_000, seed: 3, startAt: 0 }));
  const sets = moved.filter(({ pointer }) => pointer.length > 0).map(pointing.extractor.extract);
  const { arms } = shippedPointer();
  const enrolled = enrolArms(arms, sets, { minimum: 4, now: 1e9 });
  if (enrolled.kind !== "enrolment") throw new Error(enrolled.reason);
  const stroke = Array.from({ length: 8 }, (_, i) => oneStroke(1e9 + 5000 * i));
  return medianMs(stroke, (sample) => compareArms(arms, enrolled.reference, pointing.extractor.extract(sample)) ?? 0);
}

/** The stroke of the golden vectors: an arc at minimum jerk. */
function oneStroke(startedAt: number): Sample {
  const pointer = Array.from({ length: POINTS }, (_, i) => {
    const t = i / (POINTS - 1);
    const along = t ** 3 * (10 - 15 * t + 6 * t * t);
    return {
      kind: "pointer" as const,
      phase: "move" as const,
      pointer: "mouse" as const,
      x: Math.round(100 + 400 * along),
      y: Math.round(200 + 60 * Math.sin((Math.PI * i) / (POINTS - 1))),
      contact: 0,
      button: -1,
      buttons: 0,
      pressure: 0,
      size: 0,
      at: startedAt + 16 * i,
    };
  });
  const endedAt = startedAt + 16 * POINTS;
  return { kind: "sample", startedAt, endedAt, quantumMs: 1, keystrokes: [], pointer, wheel: [], pointerType: "mouse" };
}

function medianMs(probes: readonly Sample[], judge: (probe: Sample) => number): number {
  const took: number[] = [];
  let sum = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now(); // a page's clock is too coarse for a single window
    for (let i = 0; i < TOGETHER; i += 1) {
      const probe = probes[(round + i) % probes.length];
      if (probe === undefined) throw new Error("no window was closed");
      sum += judge(probe);
    }
    if (round >= ROUNDS / 4) took.push((performance.now() - start) / TOGETHER);
  }
  if (!Number.isFinite(sum)) throw new Error("a likelihood ratio is not finite");
  return took.sort((a, b) => a - b)[took.length >> 1] ?? Number.NaN;
}

function windowsOf(events: readonly Event[]): Sample[] {
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  return windows.filter((window) => window.kind === "sample");
}
