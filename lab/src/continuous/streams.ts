import type { WindowOptions } from "@habitus/core";
import type { Background } from "../protocols/background.ts";
import type { Recording } from "../recordings/recording.ts";
import { joinKeys, joinPointer, sliceKeys, slicePointer } from "../recordings/slice.ts";
import { strokes } from "../recordings/strokes.ts";

/** One person's enrolment and a later stretch of use that is all their own. */
export interface Stretch {
  readonly subject: string;
  readonly enrolment: readonly Recording[];
  readonly use: Recording;
}

/** A session that changes hands: the subject's own use, then somebody else's from a known moment. */
export interface TakeOver {
  readonly impostor: string;
  readonly stream: Recording;
  /** When the other person begins, on the stream's clock. */
  readonly at: number;
}

/** What is followed. */
export interface Continuous {
  /** Begins the names of the protocols. */
  readonly name: string;
  readonly unit: "keys" | "strokes";
  readonly stretches: readonly Stretch[];
  readonly background: Background;
  readonly windows: WindowOptions;
  readonly note: string;
}

/** Take-overs tried on each subject, evenly chosen among the others. */
const IMPOSTORS = 10;
/** Between two stretches of typing that were not recorded in one go. */
const GAP_MS = 500;

/** Returns the take-overs of one subject: half of the subject's use, then all of another person's. */
export function takeOvers({ stretches, unit }: Continuous, index: number): TakeOver[] {
  const own = stretches[index];
  if (own === undefined) return [];
  const count = Math.min(IMPOSTORS, stretches.length - 1);
  const step = (stretches.length - 1) / count;
  return Array.from(
    { length: count },
    (_, i) => stretches[(index + 1 + Math.floor(i * step)) % stretches.length],
  ).flatMap((other) => (other === undefined ? [] : [takeOver(own, other, unit)]));
}

function takeOver(own: Stretch, other: Stretch, unit: Continuous["unit"]): TakeOver {
  const id = `${own.use.id}+${other.use.id}`;
  if (unit === "keys") {
    const half = sliceKeys(own.use, 0, Math.floor((own.use.keys?.zone.length ?? 0) / 2));
    const stream = joinKeys([half, other.use], id, GAP_MS);
    return { impostor: other.subject, stream, at: stream.keys?.pressAt[half.keys?.zone.length ?? 0] ?? 0 };
  }
  const half = slicePointer(own.use, 0, Math.floor((own.use.pointer?.at.length ?? 0) / 2));
  const { joined, at } = joinPointer(half, other.use, { id, gapMs: GAP_MS });
  return { impostor: other.subject, stream: joined, at };
}

/** Returns the typing of several recordings as one stretch. */
export function typingOf(recordings: readonly Recording[], id: string): Recording {
  return joinKeys(recordings, id, GAP_MS);
}

/** Returns a function that counts the actions (keys pressed, strokes finished) between two instants of a stream. */
export function counter(stream: Recording, unit: Continuous["unit"]): (from: number, to: number) => number {
  const times =
    unit === "keys"
      ? (stream.keys?.pressAt ?? new Float64Array(0))
      : Float64Array.from(
          stream.pointer === undefined ? [] : strokes(stream.pointer),
          ({ to }) => stream.pointer?.at[to - 1] ?? 0,
        );
  const before = (time: number): number => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (from, to) => before(to) - before(from - 1e-6);
}
