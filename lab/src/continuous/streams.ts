import type { WindowOptions } from "@habitus/core";
import type { Background } from "../protocols/background.ts";
import type { Recording } from "../recordings/recording.ts";
import { joinKeys, joinPointer, moveKeys, sliceKeys, slicePointer } from "../recordings/slice.ts";
import { strokes } from "../recordings/strokes.ts";

/** One person's enrolment and a later stretch of use that is all their own; somebody may have several. */
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
  /** When the other person sits down: half way through the subject's use, or under the subject's name from its start. */
  readonly takenOver: "halfWay" | "fromStart";
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

/** Returns the take-overs of one stretch, by the uses of others whom the background lets it meet. */
export function takeOvers(continuous: Continuous, index: number): TakeOver[] {
  const { stretches, background } = continuous;
  const own = stretches[index];
  if (own === undefined) return [];
  const people = new Map<string, Stretch[]>();
  for (const one of stretches) people.set(one.subject, [...(people.get(one.subject) ?? []), one]);
  const nth = people.get(own.subject)?.indexOf(own) ?? 0;
  const names = [...people.keys()];
  const place = names.indexOf(own.subject);
  const others = [...names.slice(place + 1), ...names.slice(0, place)]
    .filter((name) => background.meets?.(own.subject, name) !== false)
    .flatMap((name) => {
      const uses = people.get(name) ?? [];
      return uses[nth % uses.length] ?? [];
    });
  const count = Math.min(IMPOSTORS, others.length);
  const step = others.length / Math.max(1, count);
  return Array.from({ length: count }, (_, i) => others[Math.floor(i * step)]).flatMap((other) =>
    other === undefined ? [] : [takeOver(own, other, continuous)],
  );
}

function takeOver(own: Stretch, other: Stretch, { unit, takenOver }: Continuous): TakeOver {
  const id = `${own.use.id}+${other.use.id}`;
  const impostor = other.subject;
  if (unit === "keys") {
    const begin = own.use.keys?.pressAt[0] ?? 0;
    if (takenOver === "fromStart") return { impostor, stream: { ...moveKeys(other.use, begin), id }, at: begin };
    const half = sliceKeys(own.use, 0, Math.floor((own.use.keys?.zone.length ?? 0) / 2));
    const stream = moveKeys(joinKeys([half, other.use], id, GAP_MS), begin);
    return { impostor, stream, at: stream.keys?.pressAt[half.keys?.zone.length ?? 0] ?? 0 };
  }
  if (takenOver === "fromStart") return { impostor, stream: { ...other.use, id }, at: other.use.pointer?.at[0] ?? 0 };
  const half = slicePointer(own.use, 0, Math.floor((own.use.pointer?.at.length ?? 0) / 2));
  const { joined, at } = joinPointer(half, other.use, { id, gapMs: GAP_MS });
  return { impostor, stream: joined, at };
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
