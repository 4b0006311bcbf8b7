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
      const ordered = { ...event, at: Math.max(event.at, takenUntil) };
      events.splice(events.findLastIndex(({ at }) => at <= ordered.at) + 1, 0, ordered);
    },
    take(most, until) {
      const fresh = until === undefined ? -1 : events.findIndex(({ at }) => at > until);
      const taken = events.splice(0, fresh < 0 ? most : Math.min(most, fresh));
      takenUntil = taken.at(-1)?.at ?? takenUntil;
      return taken;
    },
    clear() {
      events = [];
    },
  };
}
