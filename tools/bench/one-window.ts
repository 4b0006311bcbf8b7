import {
  comparePerson,
  createRandom,
  enrolPerson,
  habitus,
  rhythmExtractor,
  type Sample,
  shippedTyping,
} from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";

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
  const took: number[] = [];
  let sum = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now(); // a page's clock is too coarse for a single window
    for (let i = 0; i < TOGETHER; i += 1) {
      const probe = probes[(round + i) % probes.length];
      if (probe === undefined) throw new Error("no window was closed");
      sum += comparePerson(model, enrolled.reference, rhythmExtractor.extract(probe)) ?? 0;
    }
    if (round >= ROUNDS / 4) took.push((performance.now() - start) / TOGETHER);
  }
  if (!Number.isFinite(sum)) throw new Error("a likelihood ratio is not finite");
  return { windowMs: took.sort((a, b) => a - b)[took.length >> 1] ?? Number.NaN, loadMs };
}

function windowsOf(events: ReturnType<typeof typeText>): Sample[] {
  const { windows } = habitus.segmenter.push(habitus.segmenter.initial(), events, 0.1);
  return windows.filter((window) => window.kind === "sample");
}
