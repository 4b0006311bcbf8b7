import type { FeatureSet } from "../features/extractor.ts";
import { fromTutorialRow } from "../features/tutorial.ts";
import { createRandom, gaussian } from "../math/random.ts";

/** Returns feature sets of made-up people, keystroke and pointer windows in turn, until a fitted background is there. */
export function drawBackground(count: number, seed: number): FeatureSet[] {
  const random = createRandom(seed);
  const around = (median: number, spread: number): number => median * Math.exp(spread * gaussian(random));
  return Array.from({ length: count }, (_, i) => {
    const iki = around(190, 0.35);
    const keys = [iki, around(150, 0.5), around(100, 0.25), around(28, 0.4), 1000 / iki, 50];
    const step = around(9, 0.5);
    const moves = [step, around(13, 0.5), around(520, 0.5), around(720, 0.5), 199 * step, 200];
    const none = [0, 0, 0, 0, 0, 0];
    return fromTutorialRow(i % 2 === 0 ? [...keys, ...none] : [...none, ...moves], i * 1000, i * 1000 + 999);
  });
}
