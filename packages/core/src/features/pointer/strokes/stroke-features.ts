import type { Stroke } from "./stroke.ts";
import type { Path } from "./trace-path.ts";

/** Order of the values of `strokeFeatures`. Angles in radians, speeds in px/ms, times in ms, natural logs. */
export const STROKE_FEATURES = [
  "log_points",
  "log_duration",
  "log_length",
  "log_chord",
  "straightness",
  "direction_cos",
  "direction_sin",
  "direction_cos2",
  "direction_sin2",
  "bow_mean",
  "bow_mean_abs",
  "bow_max",
  "log_speed_max",
  "log_speed_mean",
  "speed_mean_to_max",
  "peak_time",
  "peak_place",
  "log_speed_p10",
  "log_speed_p50",
  "log_speed_p90",
  "log_speed_start",
  "log_speed_end",
  "log_peaks",
  "peak_rate",
  "log_acceleration",
  "log_deceleration",
  "accelerating",
  "log_jerk",
  "log_turning",
  "turn_mean",
  "turn_large",
  "turn_sum",
  "turn_std",
  "reversals_x",
  "reversals_y",
  "one_pixel_steps",
  "vertical_steps",
  "horizontal_steps",
  "diagonal_steps",
  "overshoot",
  "start_slow",
  "end_slow",
  "end_small_steps",
  "log_pause_before",
  "log_pause_end",
  "log_hold",
  "is_click",
  "is_drag",
  "curvature_slope",
  "curvature_fit",
  "speed_flicker",
  "speed_memory",
  "log_interval_std",
  "profile_1",
  "profile_2",
  "profile_3",
  "profile_4",
  "profile_5",
  "profile_6",
  "turn_first",
  "turn_middle",
  "turn_last",
  "log_interval",
  "interval_short",
  "interval_long",
  "interval_regular",
] as const;

/** What a mouse or browser does rather than a hand: how often events come, and so how many. */
export const DEVICE_FEATURES = [
  "log_points",
  "log_interval_std",
  "log_interval",
  "interval_short",
  "interval_long",
  "interval_regular",
] as const satisfies readonly (typeof STROKE_FEATURES)[number][];

export type StrokeEnds = Pick<Stroke, "kind" | "holdMs" | "pauseBeforeMs" | "pauseEndMs">;

/** Returns the 66 numbers that describe a stroke, in the order of `STROKE_FEATURES`; all finite. */
export function strokeFeatures(path: Path, ends: StrokeEnds): number[] {
  return [
    ...shapeOf(path),
    ...speedOf(path),
    ...changeOf(path),
    ...turningOf(path),
    ...stepsOf(path),
    ...startAndEndOf(path),
    ...pausesOf(ends),
    ...regularityOf(path),
    ...profileOf(path),
    ...turnsByThird(path),
    ...intervalsOf(path),
  ];
}

/** Below this chord a direction and a deviation from it mean little. */
const SHORTEST_CHORD = 10;

function shapeOf({ at, x, y, length, duration }: Path): number[] {
  const { chord, cos, sin } = chordOf(x, y);
  const scale = Math.max(chord, SHORTEST_CHORD);
  let [sum, sumAbs, most] = [0, 0, 0];
  for (let i = 0; i < at.length; i += 1) {
    const bow = (((y[i] ?? 0) - (y[0] ?? 0)) * cos - ((x[i] ?? 0) - (x[0] ?? 0)) * sin) / scale;
    sum += bow;
    sumAbs += Math.abs(bow);
    most = Math.max(most, Math.abs(bow));
  }
  const n = at.length;
  const [cos2, sin2] = chord > 0 ? [2 * cos * cos - 1, 2 * cos * sin] : [-1, 0];
  return [
    Math.log(n),
    Math.log(duration),
    Math.log(length),
    Math.log(chord + 1),
    chord / length,
    cos,
    sin,
    cos2,
    sin2,
    sum / n,
    sumAbs / n,
    most,
  ];
}

function chordOf(x: Float64Array, y: Float64Array): { chord: number; cos: number; sin: number } {
  const cx = (x[x.length - 1] ?? 0) - (x[0] ?? 0);
  const cy = (y[y.length - 1] ?? 0) - (y[0] ?? 0);
  const chord = Math.sqrt(cx * cx + cy * cy);
  return chord > 0 ? { chord, cos: cx / chord, sin: cy / chord } : { chord, cos: 0, sin: 0 };
}

function speedOf(path: Path): number[] {
  const { at, middle, speed, logSpeed, length, duration, travelled } = path;
  const smooth = smoothed(speed);
  let peak = 0;
  let fastest = 0;
  for (let i = 0; i < speed.length; i += 1) {
    if ((smooth[i] ?? 0) > (smooth[peak] ?? 0)) peak = i;
    fastest = Math.max(fastest, speed[i] ?? 0);
  }
  const sorted = logSpeed.slice().sort();
  const m = logSpeed.length;
  const mean = length / duration;
  return [
    Math.log(fastest),
    Math.log(mean),
    mean / fastest,
    ((middle[peak] ?? 0) - (at[0] ?? 0)) / duration,
    (travelled[peak + 1] ?? 0) / length,
    quantile(sorted, 0.1),
    quantile(sorted, 0.5),
    quantile(sorted, 0.9),
    ((logSpeed[0] ?? 0) + (logSpeed[1] ?? 0)) / 2,
    ((logSpeed[m - 2] ?? 0) + (logSpeed[m - 1] ?? 0)) / 2,
    ...peaksOf(smooth, duration),
  ];
}

/** Mean of three neighbours; the ends stay. */
function smoothed(speed: Float64Array): Float64Array {
  const smooth = speed.slice();
  if (speed.length < 4) return smooth;
  for (let i = 1; i + 1 < speed.length; i += 1)
    smooth[i] = ((speed[i - 1] ?? 0) + (speed[i] ?? 0) + (speed[i + 1] ?? 0)) / 3;
  return smooth;
}

function peaksOf(smooth: Float64Array, duration: number): number[] {
  let peaks = 0;
  for (let i = 1; i + 1 < smooth.length; i += 1)
    if ((smooth[i] ?? 0) - (smooth[i - 1] ?? 0) > 0 && (smooth[i + 1] ?? 0) - (smooth[i] ?? 0) <= 0) peaks += 1;
  return [Math.log(1 + peaks), (peaks / duration) * 100];
}

/** Acceleration and jerk; the latter made free of duration and mean speed. */
function changeOf({ speed, middle, length, duration }: Path): number[] {
  const m = speed.length;
  let [most, least, rising, jerks] = [-1e9, 1e9, 0, 0];
  let before = 0;
  for (let i = 0; i + 1 < m; i += 1) {
    const change = ((speed[i + 1] ?? 0) - (speed[i] ?? 0)) / ((middle[i + 1] ?? 0) - (middle[i] ?? 0));
    most = Math.max(most, change);
    least = Math.min(least, change);
    if (change > 0) rising += 1;
    if (i > 0) jerks += ((change - before) / Math.max(((middle[i + 1] ?? 0) - (middle[i - 1] ?? 0)) / 2, 1e-9)) ** 2;
    before = change;
  }
  const jerk = 0.5 * Math.log(jerks / (m - 2) + 1e-12) + 2 * Math.log(duration) - Math.log(length / duration);
  return [Math.log(Math.max(most, 1e-5)), Math.log(Math.max(-least, 1e-5)), rising / (m - 1), jerk];
}

const LARGE_TURN = 0.5;

function turningOf({ turn, dx, dy }: Path): number[] {
  const count = turn.length;
  let [sum, sumAbs, large, backX, backY] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const angle = turn[i] ?? 0;
    sum += angle;
    sumAbs += Math.abs(angle);
    if (Math.abs(angle) > LARGE_TURN) large += 1;
    if ((dx[i] ?? 0) * (dx[i + 1] ?? 0) < 0) backX += 1;
    if ((dy[i] ?? 0) * (dy[i + 1] ?? 0) < 0) backY += 1;
  }
  const spread = Math.sqrt(variance(turn));
  return [
    Math.log(sumAbs + 0.1),
    sumAbs / count,
    large / count,
    clip(sum, -6, 6),
    spread,
    backX / count,
    backY / count,
  ];
}

function stepsOf({ dx, dy }: Path): number[] {
  const m = dx.length;
  let [single, vertical, horizontal, diagonal] = [0, 0, 0, 0];
  for (let i = 0; i < m; i += 1) {
    const across = Math.abs(dx[i] ?? 0);
    const along = Math.abs(dy[i] ?? 0);
    if (across + along === 1) single += 1;
    if (across === 0) vertical += 1;
    if (along === 0) horizontal += 1;
    if (across === along && across > 0) diagonal += 1;
  }
  return [single / m, vertical / m, horizontal / m, diagonal / m];
}

function startAndEndOf({ at, x, y, ds, travelled, length, duration }: Path): number[] {
  const { chord, cos, sin } = chordOf(x, y);
  let farthest = -1e9;
  for (let i = 0; i < x.length; i += 1)
    farthest = Math.max(farthest, ((x[i] ?? 0) - (x[0] ?? 0)) * cos + ((y[i] ?? 0) - (y[0] ?? 0)) * sin);
  const overshoot = clip(farthest / Math.max(chord, SHORTEST_CHORD) - 1, 0, 1);
  const tenth = timeAt(0.1 * length, travelled, at) / duration;
  const ninth = timeAt(0.9 * length, travelled, at) / duration;
  const last = Math.max(1, Math.floor(ds.length / 5));
  let small = 0;
  for (let i = ds.length - last; i < ds.length; i += 1) if ((ds[i] ?? 0) <= 1.5) small += 1;
  return [overshoot, tenth, 1 - ninth, small / last];
}

function pausesOf({ kind, holdMs, pauseBeforeMs, pauseEndMs }: StrokeEnds): number[] {
  const click = kind === "click";
  return [
    Math.log(clip(pauseBeforeMs, 20, 3000)),
    click ? Math.log(clip(pauseEndMs, 5, 3000)) : 4.8,
    click && holdMs > 0 ? Math.log(clip(holdMs, 20, 1500)) : 4.5,
    click ? 1 : 0,
    kind === "drag" ? 1 : 0,
  ];
}

/** Speed against curvature (Lacquaniti, Terzuolo & Viviani 1983: a power law), and how steady speed and clock are. */
function regularityOf({ turn, ds, logSpeed, dt }: Path): number[] {
  let [count, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < turn.length; i += 1) {
    const angle = Math.abs(turn[i] ?? 0);
    if (angle <= 1e-3) continue;
    const a = Math.log(angle / (((ds[i + 1] ?? 0) + (ds[i] ?? 0)) / 2));
    const b = ((logSpeed[i + 1] ?? 0) + (logSpeed[i] ?? 0)) / 2;
    count += 1;
    sumA += a;
    sumB += b;
    sumAA += a * a;
    sumBB += b * b;
    sumAB += a * b;
  }
  let [slope, fit] = [-0.33, 0.3];
  if (count >= 4) {
    const varianceA = Math.max(0, sumAA / count - (sumA / count) ** 2);
    const varianceB = Math.max(0, sumBB / count - (sumB / count) ** 2);
    slope = (sumAB / count - (sumA / count) * (sumB / count)) / (varianceA + 1e-3);
    fit = (slope * slope * varianceA) / (varianceB + 1e-3);
  }
  const m = logSpeed.length;
  const mean = meanOf(logSpeed);
  let [flicker, memory] = [0, 0];
  for (let i = 0; i + 1 < m; i += 1) {
    flicker += Math.abs((logSpeed[i + 1] ?? 0) - (logSpeed[i] ?? 0));
    memory += ((logSpeed[i] ?? 0) - mean) * ((logSpeed[i + 1] ?? 0) - mean);
  }
  const remembered = memory / (m - 1) / (variance(logSpeed) + 1e-3);
  return [slope, fit, flicker / (m - 1), remembered, Math.log(Math.sqrt(variance(dt)) + 0.3)];
}

const PARTS = 6;

/** Speed in six equal parts of the time, against the mean. */
function profileOf({ at, travelled, length, duration }: Path): number[] {
  const profile: number[] = [];
  let before = 0;
  for (let part = 1; part <= PARTS; part += 1) {
    const now = interpolate((duration * part) / PARTS + (at[0] ?? 0), at, travelled);
    profile.push(Math.log(Math.max(((now - before) * PARTS) / length, 0.05)));
    before = now;
  }
  return profile;
}

function turnsByThird({ at, middle, turn, duration }: Path): number[] {
  const sums = [0, 0, 0];
  const counts = [0, 0, 0];
  for (let i = 0; i < turn.length; i += 1) {
    const when = ((middle[i + 1] ?? 0) + (middle[i] ?? 0)) / 2 - (at[0] ?? 0);
    const third = Math.floor(Math.min((when / duration) * 3, 2.999));
    sums[third] = (sums[third] ?? 0) + Math.abs(turn[i] ?? 0);
    counts[third] = (counts[third] ?? 0) + 1;
  }
  return sums.map((sum, third) => ((counts[third] ?? 0) > 0 ? sum / (counts[third] ?? 1) : 0));
}

function intervalsOf({ dt }: Path): number[] {
  const median = quantile(dt.slice().sort(), 0.5);
  let [short, long, regular] = [0, 0, 0];
  for (let i = 0; i < dt.length; i += 1) {
    const interval = dt[i] ?? 0;
    if (interval < 12) short += 1;
    if (interval > 25) long += 1;
    if (Math.abs(interval - median) < 1.1) regular += 1;
  }
  return [Math.log(median), short / dt.length, long / dt.length, regular / dt.length];
}

/** When so much of the path lay behind, ms from the start. */
function timeAt(place: number, travelled: Float64Array, at: Float64Array): number {
  return interpolate(place, travelled, at) - (at[0] ?? 0);
}

/** Linear interpolation; `xs` ascends, outside of it the end values hold. */
function interpolate(x: number, xs: Float64Array, ys: Float64Array): number {
  const last = xs.length - 1;
  if (x <= (xs[0] ?? 0)) return ys[0] ?? 0;
  if (x >= (xs[last] ?? 0)) return ys[last] ?? 0;
  let i = 1;
  while (i < last && (xs[i] ?? 0) < x) i += 1;
  const width = (xs[i] ?? 0) - (xs[i - 1] ?? 0);
  return (ys[i - 1] ?? 0) + (((ys[i] ?? 0) - (ys[i - 1] ?? 0)) * (x - (xs[i - 1] ?? 0))) / width;
}

/** Linear between the order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  return below + 1 < sorted.length ? low + ((sorted[below + 1] ?? 0) - low) * (place - below) : low;
}

function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

function variance(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += ((values[i] ?? 0) - mean) ** 2;
  return sum / values.length;
}
