import type { Event } from "./event.ts";

/**
 * Returns the events in time order, each exact duplicate once. The sort is stable: events of one instant keep the order
 * in which they were recorded. Nothing is changed in place.
 */
export function orderEvents(events: readonly Event[]): Event[] {
  const ordered = [...events].sort((left, right) => left.at - right.at);
  const kept: Event[] = [];
  let instant = Number.NaN;
  let seen = new Set<string>();
  for (const event of ordered) {
    if (event.at !== instant) {
      instant = event.at;
      seen = new Set();
    }
    const image = fingerprint(event);
    if (seen.has(image)) continue;
    seen.add(image);
    kept.push(event);
  }
  return kept;
}

function fingerprint(event: Event): string {
  const fields = Object.entries(event).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(fields);
}
