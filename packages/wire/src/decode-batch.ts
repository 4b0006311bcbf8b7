import type { Event } from "@habitus/core/collector";
import type { WireBatch } from "./batch.ts";
import { FIELDS, type Field, isWhole, KINDS, MAX_STEP } from "./shapes.ts";

/** Says where in the flat list a batch stops making sense. Holds no values. */
export class MalformedBatch extends Error {
  constructor(index: number, reason: string) {
    super(`events[${index}]: ${reason}`);
    this.name = "MalformedBatch";
  }
}

/** Returns the events of a batch whose outer form was already checked. Throws {@link MalformedBatch}. */
export function decodeEvents(batch: WireBatch): Event[] {
  const events: Event[] = [];
  const { e } = batch;
  let tenths = batch.t;
  let i = 0;
  while (i < e.length) {
    const code = e[i] as number; // in the list: i is checked
    const fields = FIELDS[code];
    if (fields === undefined) throw new MalformedBatch(events.length, "unknown kind");
    const first = i + 2;
    if (first + fields.length > e.length) throw new MalformedBatch(events.length, "cut short");
    const step = e[i + 1] as number; // in the list: the length was checked
    if (!isBetween(step, 0, MAX_STEP)) throw new MalformedBatch(events.length, "time runs backwards or jumps a day");
    tenths += step;
    const event: Record<string, unknown> = { kind: KINDS[code], at: tenths / 10 };
    for (let f = 0; f < fields.length; f += 1) {
      const [name, field] = fields[f] as readonly [string, Field]; // f is below the length
      const wire = e[first + f] as number; // in the list: the length was checked
      const [min, max] = isWhole(field) ? [field[1], field[2]] : [0, field.length - 1];
      if (!isBetween(wire, min, max)) throw new MalformedBatch(events.length, `field ${f} out of range`);
      event[name] = isWhole(field) ? wire / field[0] : field[wire];
    }
    events.push(event as unknown as Event); // safe: the table has every field of the kind, each with its own type
    i = first + fields.length;
  }
  return events;
}

function isBetween(number: number, min: number, max: number): boolean {
  return Number.isInteger(number) && number >= min && number <= max;
}
