import type { Metric } from "./metric.ts";
import { practised } from "./practice.ts";
import { addScatter, type Centre, DECAY, deviate, type PhraseTemplate, spreadOf } from "./template.ts";

/** How far a habit wanders from one attempt to the next, in spreads. */
const WANDER = 0.1;
/** Confirmed repetitions are rarer: the habit has wandered further in between. */
const CONFIRMED_STEPS = 5;
/** Innovations count up to this many standard deviations. */
const CLIP = 2.5;
/** How far (root mean square, spreads) what was only guarded may draw the working mean from the confirmed one. */
const REACH = 0.1;

/** One step of a Kalman filter (one per time) at this attempt. What is missing teaches nothing; what was never seen before is taken as it is. */
export function follow(
  centre: Centre,
  row: Float64Array,
  step: { readonly metric: Metric; readonly at: number; readonly practice: number; readonly steps: number },
): Centre {
  const { metric, at, practice, steps } = step;
  const expected = practised(centre.mean, metric.keys, { from: centre.at, to: at, practice });
  const mean = new Float64Array(expected.length);
  const variance = new Float64Array(expected.length);
  for (let j = 0; j < mean.length; j += 1) {
    const noise = (metric.spread[j] ?? 1) ** 2;
    const before = (centre.variance[j] ?? 0) + steps * (WANDER * spreadOf(j, metric.keys)) ** 2;
    const from = expected[j] ?? Number.NaN;
    const seen = row[j] ?? Number.NaN;
    const gain = Number.isNaN(seen) || Number.isNaN(from) ? 0 : before / (before + noise);
    const most = CLIP * Math.sqrt(noise);
    const innovation = gain === 0 ? 0 : Math.max(-most, Math.min(most, seen - from));
    mean[j] = Number.isNaN(from) ? seen : from + gain * innovation;
    variance[j] = Math.min((1 - gain) * before, spreadOf(j, metric.keys) ** 2);
  }
  return { mean, variance, at };
}

/** Returns the template after a repetition that is known to be the person's: anchor, scatter and counts move. */
export function learn(
  template: PhraseTemplate,
  row: Float64Array,
  options: { readonly metric: Metric; readonly practice: number; readonly steps?: number },
): PhraseTemplate {
  const at = template.attempts + 1;
  const anchor = follow(template.anchor, row, { steps: CONFIRMED_STEPS, ...options, at });
  // Earlier deviations were about the habit of then: what practice alone has changed since is none of theirs.
  const { mean, at: from } = template.anchor;
  const expected = practised(mean, options.metric.keys, { from, to: at, practice: options.practice });
  const sums = recentred(template, { from: expected, to: anchor.mean });
  const deviation = new Float64Array(row.length);
  deviate(row, anchor.mean, deviation, options.metric.keys);
  addScatter(sums, deviation, 1);
  return {
    ...template,
    ...sums,
    anchor,
    weight: DECAY * template.weight + 1,
    weightSquares: DECAY * DECAY * template.weightSquares + 1,
    samples: template.samples + 1,
  };
}

/** The sums about another mean, each repetition weighing less by one step of forgetting. */
function recentred(
  { scatter, residual, weight }: PhraseTemplate,
  { from, to }: { readonly from: Float64Array; readonly to: Float64Array },
): { readonly scatter: Float64Array; readonly residual: Float64Array } {
  const size = residual.length;
  const moved = to.map((value, j) => {
    const by = value - (from[j] ?? Number.NaN);
    return Number.isNaN(by) ? 0 : by;
  });
  const about = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      about[i * size + j] =
        DECAY *
        ((scatter[i * size + j] ?? 0) -
          (moved[i] ?? 0) * (residual[j] ?? 0) -
          (residual[i] ?? 0) * (moved[j] ?? 0) +
          weight * (moved[i] ?? 0) * (moved[j] ?? 0));
  return { scatter: about, residual: residual.map((value, j) => DECAY * (value - weight * (moved[j] ?? 0))) };
}

/** Returns the working centre, drawn back to within reach of the anchor as it will be at the same attempt. */
export function withinReach(working: Centre, anchor: Centre, keys: number, practice: number): Centre {
  const home = practised(anchor.mean, keys, { from: anchor.at, to: working.at, practice });
  let squares = 0;
  let known = 0;
  for (let j = 0; j < home.length; j += 1) {
    const away = ((working.mean[j] ?? Number.NaN) - (home[j] ?? Number.NaN)) / spreadOf(j, keys);
    if (Number.isNaN(away)) continue;
    squares += away * away;
    known += 1;
  }
  const distance = Math.sqrt(squares / Math.max(1, known));
  if (distance <= REACH) return working;
  const mean = working.mean.map((value, j) => {
    const origin = home[j] ?? Number.NaN;
    return Number.isNaN(origin) ? value : origin + (REACH / distance) * (value - origin);
  });
  return { ...working, mean };
}
