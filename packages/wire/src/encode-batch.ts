import type { Event } from "@habitus/core/collector";
import type { EventBatch, WireBatch } from "./batch.ts";
import { FIELDS, type Field, isWhole, KINDS, MAX_STEP } from "./shapes.ts";

/**
 * Returns the batch as it crosses the network: whole numbers only. Events must be in time order; what is out of range is
 * clamped, what is no number becomes the nearest to 0 that the field allows.
 */
export function encodeBatch(batch: EventBatch): WireBatch {
  const e: number[] = [];
  const t = clamp((batch.events[0]?.at ?? 0) * 10, 0, Number.MAX_SAFE_INTEGER);
  let before = t;
  for (const event of batch.events) {
    const code = KINDS.indexOf(event.kind);
    const step = clamp(Math.round(event.at * 10) - before, 0, MAX_STEP);
    before += step;
    e.push(code, step);
    const values = event as unknown as Readonly<Record<string, unknown>>; // read only under the names of its own shape
    for (const [name, field] of FIELDS[code] ?? []) e.push(toWire(field, values[name]));
  }
  const q = clamp(batch.quantumMs * 1000, 1, 1_000_000);
  return { v: 1, stream: batch.stream, seq: batch.seq, t, q, lost: batch.lost, e };
}

/**
 * Returns the events as they arrive where events are sent: to tenths of a millisecond and of a pixel. A page that reads them itself reads
 * these, so that both come to the same numbers, and nothing finer than that is ever looked at.
 */
export function roundEvents(events: readonly Event[]): Event[] {
  let before = 0;
  return events.map((event) => {
    const at = Math.max(before, Math.round(event.at * 10));
    before = at;
    const rounded: Record<string, unknown> = { kind: event.kind, at: at / 10 };
    const values = event as unknown as Readonly<Record<string, unknown>>; // read only under the names of its own shape
    for (const [name, field] of FIELDS[KINDS.indexOf(event.kind)] ?? []) {
      const wire = toWire(field, values[name]);
      rounded[name] = isWhole(field) ? wire / field[0] : field[wire];
    }
    return rounded as unknown as Event; // safe: its kind, with the fields of its shape
  });
}

/** Returns the resolution of a clock as it arrives. */
export function roundQuantum(quantumMs: number): number {
  return clamp(quantumMs * 1000, 1, 1_000_000) / 1000;
}

function toWire(field: Field, content: unknown): number {
  if (isWhole(field)) return clamp(Number(content) * field[0], field[1], field[2]);
  return Math.max(0, field.indexOf(content as string)); // anything may be looked up; what is not there is the first
}

function clamp(number: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(number) || 0)); // NaN and -0 become 0
}
