import {
  type Event,
  KEY_PHASES,
  KEY_ZONES,
  type KeyEvent,
  POINTER_PHASES,
  POINTER_TYPES,
  type PointerEvent,
} from "@habitus/core/collector";
import type { WireBatch } from "./batch.ts";
import { type Choice, FIELDS, isWhole, KINDS, MAX_STEP } from "./shapes.ts";

/** Says where a batch stops making sense. Holds no values. */
export class MalformedBatch extends Error {
  constructor(where: string, reason: string) {
    super(`${where}: ${reason}`);
    this.name = "MalformedBatch";
  }
}

/** The field's bounds on the wire, and what a number between them means. */
interface Decoder {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly choice: Choice | undefined;
}

const DECODERS: readonly (readonly Decoder[])[] = FIELDS.map((fields) =>
  fields.map(([name, field]) =>
    isWhole(field)
      ? { name, scale: field[0], min: field[1], max: field[2], choice: undefined }
      : { name, scale: 1, min: 0, max: field.length - 1, choice: field },
  ),
);
const KEY = KINDS.indexOf("key");
const POINTER = KINDS.indexOf("pointer");

/** Returns the events of a batch whose outer form was already checked. Throws {@link MalformedBatch}. */
export function decodeEvents(batch: WireBatch): Event[] {
  const events: Event[] = [];
  const { e } = batch;
  let tenths = batch.t;
  let i = 0;
  while (i < e.length) {
    const code = e[i] as number; // in the list: i is checked
    const fields = DECODERS[code];
    if (fields === undefined) throw new MalformedBatch(`events[${events.length}]`, "unknown kind");
    const first = i + 2;
    if (first + fields.length > e.length) throw new MalformedBatch(`events[${events.length}]`, "cut short");
    const step = e[i + 1] as number; // in the list: the length was checked
    if (!isBetween(step, 0, MAX_STEP))
      throw new MalformedBatch(`events[${events.length}]`, "time runs backwards or jumps a day");
    for (let f = 0; f < fields.length; f += 1) {
      const { min, max } = fields[f] as Decoder; // f is below the length
      if (!isBetween(e[first + f] as number, min, max))
        // in the list: the length was checked
        throw new MalformedBatch(`events[${events.length}]`, `field ${f} out of range`);
    }
    tenths += step;
    events.push(makeEvent(code, tenths / 10, e, first));
    i = first + fields.length;
  }
  return events;
}

/** Nearly all events are keys and moves of the pointer: written out, they take a fifth of the time. */
function makeEvent(code: number, at: number, e: readonly number[], i: number): Event {
  if (code === POINTER) return makePointer(at, e, i);
  if (code === KEY) return makeKey(at, e, i);
  const event: Record<string, unknown> = { kind: KINDS[code], at };
  (DECODERS[code] as readonly Decoder[]).forEach(({ name, scale, choice }, f) => {
    const wire = e[i + f] as number; // both were checked
    event[name] = choice === undefined ? wire / scale : choice[wire];
  });
  return event as unknown as Event; // safe: the table has every field of the kind, each with its own type
}

const n = (e: readonly number[], i: number): number => e[i] as number; // the list's length was checked
const pick = <T>(list: readonly T[], e: readonly number[], i: number): T => list[e[i] as number] as T; // the bounds were checked

function makeKey(at: number, e: readonly number[], i: number): KeyEvent {
  return {
    kind: "key",
    at,
    phase: pick(KEY_PHASES, e, i),
    zone: pick(KEY_ZONES, e, i + 1),
    press: n(e, i + 2),
    shortcut: n(e, i + 3) === 1,
  };
}

function makePointer(at: number, e: readonly number[], i: number): PointerEvent {
  return {
    kind: "pointer",
    at,
    phase: pick(POINTER_PHASES, e, i),
    pointer: pick(POINTER_TYPES, e, i + 1),
    contact: n(e, i + 2),
    x: n(e, i + 3) / 10,
    y: n(e, i + 4) / 10,
    button: n(e, i + 5),
    buttons: n(e, i + 6),
    pressure: n(e, i + 7) / 1000,
    size: n(e, i + 8) / 10,
  };
}

function isBetween(number: number, min: number, max: number): boolean {
  return number >= min && number <= max && Number.isInteger(number);
}
