import { binBelow } from "./habit-counts.ts";
import type { Path } from "./trace-path.ts";

/** Groups of counts in the order of the vector; within a group the counts are a histogram. */
export const COUNT_GROUPS = [
  { name: "speed", size: 11 },
  { name: "speedChange", size: 27 },
  { name: "turn", size: 21 },
  { name: "direction", size: 16 },
  { name: "smallStep", size: 10 },
  { name: "turnPair", size: 16 },
  { name: "interval", size: 13 },
] as const;
export const COUNTS = 114;
/** Of the polling rate, not of the hand. */
export const DEVICE_GROUP = "interval";

const SPEED = [-3.5, -2.7, -2, -1.4, -0.9, -0.4, 0.1, 0.6, 1.1, 1.7];
const SPEED_CHANGE = [-1.5, -0.8, -0.4, -0.15, 0.15, 0.4, 0.8, 1.5];
const TURN = [0.02, 0.1, 0.25, 0.5, 1, 2];
const INTERVAL = [4.5, 6.5, 8.5, 10.5, 13.5, 15.5, 16.5, 17.5, 20.5, 25.5, 35.5, 60.5];
const SPEED_CLASS = [-1.4, 0];
const [AT_CHANGE, AT_TURN, AT_DIRECTION, AT_SMALL, AT_PAIR, AT_INTERVAL] = [11, 38, 59, 75, 85, 101];
const DIRECTIONS = 16;
const SMALL_PX = 3;

/** Adds the counts of a path to `into` from `offset` on: which speeds, changes, turns, directions and steps it is made of. */
export function addCounts({ dt, dx, dy, ds, logSpeed, heading, turn }: Path, into: Float64Array, offset = 0): void {
  const add = (index: number): void => {
    into[offset + index] = (into[offset + index] ?? 0) + 1;
  };
  let before = -1;
  for (let i = 0; i < dt.length; i += 1) {
    const lv = logSpeed[i] ?? 0;
    const step = ds[i] ?? 0;
    add(binBelow(SPEED, lv));
    if (step >= SMALL_PX) {
      const sector = Math.floor(((heading[i] ?? 0) / (2 * Math.PI)) * DIRECTIONS + 0.5);
      add(AT_DIRECTION + ((sector + DIRECTIONS) % DIRECTIONS));
    }
    add(AT_SMALL + (step < SMALL_PX ? Math.floor(atMostTwo(dx[i])) * 3 + Math.floor(atMostTwo(dy[i])) : 9));
    add(AT_INTERVAL + binBelow(INTERVAL, dt[i] ?? 0));
    if (i >= turn.length) continue;
    const next = logSpeed[i + 1] ?? 0;
    const angle = turn[i] ?? 0;
    const speedClass = binBelow(SPEED_CLASS, (lv + next) / 2);
    add(AT_CHANGE + speedClass * 9 + binBelow(SPEED_CHANGE, next - lv));
    add(AT_TURN + speedClass * 7 + binBelow(TURN, Math.abs(angle)));
    const turnClass = Math.abs(angle) < 0.05 ? 0 : Math.abs(angle) > 0.8 ? 3 : angle > 0 ? 1 : 2;
    if (before >= 0) add(AT_PAIR + before * 4 + turnClass);
    before = turnClass;
  }
}

function atMostTwo(value = 0): number {
  return Math.min(2, Math.abs(value));
}
