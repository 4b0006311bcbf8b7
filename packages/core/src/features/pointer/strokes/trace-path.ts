/** A stroke's points and what lies between them. `n` points, `n - 1` segments, `n - 2` turns. */
export interface Path {
  readonly at: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Per segment: milliseconds, pixels, px/ms and its natural log, direction (radians), instant half way. */
  readonly dt: Float64Array;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
  readonly ds: Float64Array;
  readonly speed: Float64Array;
  readonly logSpeed: Float64Array;
  readonly heading: Float64Array;
  readonly middle: Float64Array;
  /** Change of direction from one segment to the next, -pi to pi. */
  readonly turn: Float64Array;
  /** Path from the start to each point. */
  readonly travelled: Float64Array;
  readonly length: number;
  readonly duration: number;
}

const FEWEST_POINTS = 4;
const SHORTEST_PX = 5;

/**
 * Returns the path through the points, times ascending. Of points of one instant the last counts, and points that do not
 * move are left out (a coalesced burst, a filler of the recorder). Undefined below 4 points or 5 px: that is no movement.
 */
export function tracePath(times: ArrayLike<number>, xs: ArrayLike<number>, ys: ArrayLike<number>): Path | undefined {
  const at = new Float64Array(times.length);
  const x = new Float64Array(times.length);
  const y = new Float64Array(times.length);
  let n = 0;
  let previous = Number.NaN;
  let previousY = Number.NaN;
  for (let i = 0; i < times.length; i += 1) {
    const t = times[i] ?? 0;
    if (i + 1 < times.length && !((times[i + 1] ?? 0) > t)) continue;
    const px = xs[i] ?? 0;
    const py = ys[i] ?? 0;
    if (px === previous && py === previousY) continue;
    previous = px;
    previousY = py;
    at[n] = t;
    x[n] = px;
    y[n] = py;
    n += 1;
  }
  if (n < FEWEST_POINTS) return undefined;
  const path = segments(at.subarray(0, n), x.subarray(0, n), y.subarray(0, n));
  return path.length < SHORTEST_PX ? undefined : path;
}

function segments(at: Float64Array, x: Float64Array, y: Float64Array): Path {
  const m = at.length - 1;
  const dt = new Float64Array(m);
  const dx = new Float64Array(m);
  const dy = new Float64Array(m);
  const ds = new Float64Array(m);
  const speed = new Float64Array(m);
  const logSpeed = new Float64Array(m);
  const heading = new Float64Array(m);
  const middle = new Float64Array(m);
  const turn = new Float64Array(m - 1);
  const travelled = new Float64Array(m + 1);
  for (let i = 0; i < m; i += 1) {
    const t0 = at[i] ?? 0;
    const t1 = at[i + 1] ?? 0;
    const ax = (x[i + 1] ?? 0) - (x[i] ?? 0);
    const ay = (y[i + 1] ?? 0) - (y[i] ?? 0);
    const step = Math.sqrt(ax * ax + ay * ay);
    dt[i] = t1 - t0;
    dx[i] = ax;
    dy[i] = ay;
    ds[i] = step;
    speed[i] = step / (t1 - t0);
    logSpeed[i] = Math.log(step / (t1 - t0));
    heading[i] = Math.atan2(ay, ax);
    middle[i] = (t0 + t1) / 2;
    travelled[i + 1] = (travelled[i] ?? 0) + step;
    if (i > 0) turn[i - 1] = wrap((heading[i] ?? 0) - (heading[i - 1] ?? 0));
  }
  const duration = (at[m] ?? 0) - (at[0] ?? 0);
  return {
    at,
    x,
    y,
    dt,
    dx,
    dy,
    ds,
    speed,
    logSpeed,
    heading,
    middle,
    turn,
    travelled,
    length: travelled[m] ?? 0,
    duration,
  };
}

/** Brings a difference of two directions into -pi to pi. */
function wrap(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle < -Math.PI ? angle + 2 * Math.PI : angle;
}
