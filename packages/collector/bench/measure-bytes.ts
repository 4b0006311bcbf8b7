import { createPopulation, session } from "@habitus/core/attacks";
import type { Event } from "@habitus/core/collector";
import { findReader } from "@habitus/core/reader";
import { createBatchMaker, type Tier } from "@habitus/wire";

const MINUTES = 10;
const MINUTE_MS = 60_000;
const SEED = 20;
/** As the collector makes batches: after two seconds or 200 events. */
const INTERVAL_MS = 2000;
const FULL = 200;

type Sent = Exclude<Tier, "device">;

/** Returns how many bytes of batches a minute of use makes, before they are sealed: of simulated people, and of one who never pauses. */
export function measureBytes(tier: Sent): { session: number; busy: number } {
  const people = createPopulation(10, SEED);
  const options = { startAt: Date.UTC(2026, 0, 5, 9), durationMs: MINUTES * MINUTE_MS, seed: SEED };
  const simulated = people.reduce((sum, person) => sum + bytesOf(tier, session(person, options)), 0);
  return { session: simulated / people.length / MINUTES, busy: bytesOf(tier, withoutPause()) / MINUTES };
}

function bytesOf(tier: Sent, events: readonly Event[]): number {
  const maker = createBatchMaker({ tier, reader: findReader("habitus-features@1") });
  let bytes = 0;
  let seq = 0;
  for (let from = 0; from < events.length; ) {
    const endsAt = (events[from]?.at ?? 0) + INTERVAL_MS;
    const after = events.findIndex(({ at }, i) => i > from && (at >= endsAt || i >= from + FULL));
    const to = after < 0 ? events.length : after;
    const batch = { stream: 0x8fab_1234, seq, quantumMs: 0.1, lost: 0, events: events.slice(from, to) };
    bytes += JSON.stringify(maker.make(batch)).length;
    from = to;
    seq += 1;
  }
  return bytes;
}

function withoutPause(): Event[] {
  const startAt = Date.UTC(2026, 0, 5, 9);
  const events: Event[] = [];
  for (let i = 0; i < MINUTES * 60 * 60; i += 1) {
    const fields = { contact: 0, button: -1, buttons: 0, pressure: 0, size: 0 } as const;
    const x = 600 + 500 * Math.sin(i / 50);
    const y = 400 + 300 * Math.cos(i / 70);
    events.push({ kind: "pointer", at: startAt + (i * 50) / 3, phase: "move", pointer: "mouse", x, y, ...fields });
  }
  for (let press = 0; press < MINUTES * 60 * 5; press += 1) {
    const fields = { kind: "key", zone: "rightHome", press, shortcut: false } as const;
    events.push({ ...fields, at: startAt + press * 200, phase: "down" });
    events.push({ ...fields, at: startAt + press * 200 + 90, phase: "up" });
  }
  return events.sort((left, right) => left.at - right.at);
}
