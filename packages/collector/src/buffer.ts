import type { Event } from "@habitus/core/collector";

export interface Buffer {
  readonly size: number;
  push(event: Event): void;
  /** Takes out the oldest events in time order: at most `most`, and none later than `until` (epoch ms). */
  take(most: number, until?: number): Event[];
  clear(): void;
}

/** Returns an ordered buffer. No event lies before the end of what was taken: the order of the stream holds across batches. */
export function createBuffer(): Buffer {
  let events: Event[] = [];
  let takenUntil = 0;

  return {
    get size() {
      return events.length;
    },
    push(event) {
      const ordered = event.at < takenUntil ? { ...event, at: takenUntil } : event;
      let i = events.length;
      while (i > 0 && (events[i - 1]?.at ?? 0) > ordered.at) i -= 1;
      events.splice(i, 0, ordered);
    },
    take(most, until = Number.MAX_VALUE) {
      let count = 0;
      while (count < most && (events[count]?.at ?? Number.POSITIVE_INFINITY) <= until) count += 1;
      const taken = events.splice(0, count);
      takenUntil = taken[count - 1]?.at ?? takenUntil;
      return taken;
    },
    clear() {
      events = [];
    },
  };
}
