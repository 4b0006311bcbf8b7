import { floorLlr } from "../comparison/pointer/compare-windows.ts";

/**
 * Returns the line slope x score + offset whose floored likelihood ratios cost least (Cllr; mated and non-mated weigh alike).
 * The floor keeps few owners who are nothing like themselves from flattening the line for everybody. Pattern search: two numbers.
 */
export function fitFlooredLine(mated: readonly number[], nonMated: readonly number[]): [slope: number, offset: number] {
  if (mated.length < 5 || nonMated.length < 5) return [0.5, -0.5];
  let best: [number, number] = [0.8, -0.5];
  let cost = costOf(best, mated, nonMated);
  for (let step = 0.5; step > 0.004; step /= 2) {
    for (let better = true; better; ) {
      better = false;
      for (const [a, b] of MOVES) {
        const next: [number, number] = [Math.max(0.02, best[0] + a * step), best[1] + 2 * b * step];
        const now = costOf(next, mated, nonMated);
        if (now >= cost - 1e-9) continue;
        [best, cost, better] = [next, now, true];
      }
    }
  }
  return best;
}

const MOVES = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const)).filter(([a, b]) => a !== 0 || b !== 0);

function costOf(
  [slope, offset]: readonly [number, number],
  mated: readonly number[],
  nonMated: readonly number[],
): number {
  let own = 0;
  let other = 0;
  for (const score of mated) own += Math.log1p(Math.exp(-floorLlr(slope * score + offset)));
  for (const score of nonMated) other += Math.log1p(Math.exp(floorLlr(slope * score + offset)));
  return own / mated.length + other / nonMated.length;
}
