import {
  COMPOSITION_PHASES,
  EDITS,
  type Event,
  FOCUS_PHASES,
  INPUTS,
  KEY_PHASES,
  KEY_ZONES,
  POINTER_PHASES,
  POINTER_TYPES,
  VIEWPORT_CLASSES,
  VISIBILITY_STATES,
  WHEEL_UNITS,
} from "@habitus/core/collector";

/** One message of the collector: events in time order, relative to the first. */
export interface EventBatch {
  /** Identifies one running collector (one page load, one tab) of the session; unsigned 32-bit. */
  readonly stream: number;
  /** Counts the batches of the stream from 0. With the stream it is the idempotency key. */
  readonly seq: number;
  /** Estimated resolution of the page's clock in milliseconds. */
  readonly quantumMs: number;
  /** Events lost since the stream began, because the buffer was full. */
  readonly lost: number;
  readonly events: readonly Event[];
}

/**
 * The batch as it crosses the network. `e` is one flat list of integers, so that a batch is small and quick to check:
 * for each event its kind, the time since the event before in tenths of a millisecond, then its fields.
 */
export interface WireBatch {
  readonly v: 1;
  readonly stream: number;
  readonly seq: number;
  /** Instant of the first event in tenths of an epoch millisecond. */
  readonly t: number;
  /** Clock quantum in microseconds. */
  readonly q: number;
  readonly lost: number;
  readonly e: readonly number[];
}

/** Says where in the flat list a batch stops making sense. Holds no values. */
export class MalformedBatch extends Error {
  constructor(index: number, reason: string) {
    super(`events[${index}]: ${reason}`);
    this.name = "MalformedBatch";
  }
}

/** Longest time between two events of a batch, one day in tenths of a millisecond. */
const MAX_STEP = 864_000_000;
const MAX_COORDINATE = 1_000_000;

interface Field<E> {
  readonly get: (event: E) => number;
  readonly min: number;
  readonly max: number;
}
interface Shape<E extends Event> {
  readonly fields: readonly Field<E>[];
  readonly make: (at: number, v: readonly number[], i: number) => E;
}
type EventOf<K extends Event["kind"]> = Extract<Event, { kind: K }>;

const UINT32 = 0xffffffff;
const choice = <E>(list: readonly string[], pick: (event: E) => string): Field<E> => ({
  get: (event) => list.indexOf(pick(event)),
  min: 0,
  max: list.length - 1,
});
const whole = <E>(get: (event: E) => number, min: number, max: number): Field<E> => ({ get, min, max });
const at = <T>(list: readonly T[], v: readonly number[], i: number): T => list[v[i] as number] as T; // in range: checked
const n = (v: readonly number[], i: number): number => v[i] as number; // present: the arity was checked

// The order of the entries is the code on the wire: append, never reorder.
const SHAPES: { readonly [K in Event["kind"]]: Shape<EventOf<K>> } = {
  key: {
    fields: [
      choice(KEY_PHASES, (e) => e.phase),
      choice(KEY_ZONES, (e) => e.zone),
      whole((e) => e.press, 0, UINT32),
      whole((e) => Number(e.shortcut), 0, 1),
    ],
    make: (t, v, i) => ({
      kind: "key",
      at: t,
      phase: at(KEY_PHASES, v, i),
      zone: at(KEY_ZONES, v, i + 1),
      press: n(v, i + 2),
      shortcut: n(v, i + 3) === 1,
    }),
  },
  pointer: {
    fields: [
      choice(POINTER_PHASES, (e) => e.phase),
      choice(POINTER_TYPES, (e) => e.pointer),
      whole((e) => e.contact, 0, 255),
      whole((e) => Math.round(e.x * 10), -MAX_COORDINATE, MAX_COORDINATE),
      whole((e) => Math.round(e.y * 10), -MAX_COORDINATE, MAX_COORDINATE),
      whole((e) => e.button, -1, 31),
      whole((e) => e.buttons, 0, 65535),
      whole((e) => Math.round(e.pressure * 1000), 0, 1000),
      whole((e) => Math.round(e.size * 10), 0, 65535),
    ],
    make: (t, v, i) => ({
      kind: "pointer",
      at: t,
      phase: at(POINTER_PHASES, v, i),
      pointer: at(POINTER_TYPES, v, i + 1),
      contact: n(v, i + 2),
      x: n(v, i + 3) / 10,
      y: n(v, i + 4) / 10,
      button: n(v, i + 5),
      buttons: n(v, i + 6),
      pressure: n(v, i + 7) / 1000,
      size: n(v, i + 8) / 10,
    }),
  },
  wheel: {
    fields: [
      whole((e) => Math.round(e.dx * 10), -MAX_COORDINATE, MAX_COORDINATE),
      whole((e) => Math.round(e.dy * 10), -MAX_COORDINATE, MAX_COORDINATE),
      choice(WHEEL_UNITS, (e) => e.unit),
    ],
    make: (t, v, i) => ({
      kind: "wheel",
      at: t,
      dx: n(v, i) / 10,
      dy: n(v, i + 1) / 10,
      unit: at(WHEEL_UNITS, v, i + 2),
    }),
  },
  focus: {
    fields: [choice(FOCUS_PHASES, (e) => e.phase), whole((e) => e.field, 0, UINT32)],
    make: (t, v, i) => ({ kind: "focus", at: t, phase: at(FOCUS_PHASES, v, i), field: n(v, i + 1) }),
  },
  visibility: {
    fields: [choice(VISIBILITY_STATES, (e) => e.state)],
    make: (t, v, i) => ({ kind: "visibility", at: t, state: at(VISIBILITY_STATES, v, i) }),
  },
  page: {
    fields: [whole((e) => e.page, 0, UINT32)],
    make: (t, v, i) => ({ kind: "page", at: t, page: n(v, i) }),
  },
  edit: {
    fields: [choice(EDITS, (e) => e.what)],
    make: (t, v, i) => ({ kind: "edit", at: t, what: at(EDITS, v, i) }),
  },
  composition: {
    fields: [choice(COMPOSITION_PHASES, (e) => e.phase)],
    make: (t, v, i) => ({ kind: "composition", at: t, phase: at(COMPOSITION_PHASES, v, i) }),
  },
  input: {
    fields: [choice(INPUTS, (e) => e.what)],
    make: (t, v, i) => ({ kind: "input", at: t, what: at(INPUTS, v, i) }),
  },
  viewport: {
    fields: [choice(VIEWPORT_CLASSES, (e) => e.size), whole((e) => Math.round(e.pixelRatio * 4), 1, 400)],
    make: (t, v, i) => ({ kind: "viewport", at: t, size: at(VIEWPORT_CLASSES, v, i), pixelRatio: n(v, i + 1) / 4 }),
  },
};
const KINDS = Object.keys(SHAPES) as Event["kind"][]; // safe: the keys of a mapped type over the union
const SHAPE_LIST = KINDS.map((kind) => SHAPES[kind] as Shape<Event>); // safe: each shape only meets its own kind

/** Returns the batch as it crosses the network. Events must be in time order; values out of range are clamped. */
export function encodeBatch(batch: EventBatch): WireBatch {
  const e: number[] = [];
  let before = Math.round((batch.events[0]?.at ?? 0) * 10);
  const t = before;
  for (const event of batch.events) {
    const tenths = Math.round(event.at * 10);
    const code = KINDS.indexOf(event.kind);
    e.push(code, clamp(tenths - before, 0, MAX_STEP));
    before = Math.max(before, tenths);
    for (const field of (SHAPE_LIST[code] as Shape<Event>).fields)
      e.push(clamp(field.get(event), field.min, field.max));
  }
  return { v: 1, stream: batch.stream, seq: batch.seq, t, q: Math.round(batch.quantumMs * 1000), lost: batch.lost, e };
}

/** Returns the events of a batch whose outer form was already checked. Throws {@link MalformedBatch}. */
export function decodeEvents(batch: WireBatch): Event[] {
  const events: Event[] = [];
  const { e } = batch;
  let tenths = batch.t;
  let i = 0;
  while (i < e.length) {
    const shape = SHAPE_LIST[e[i] as number];
    if (shape === undefined) throw new MalformedBatch(events.length, "unknown kind");
    const first = i + 2;
    if (first + shape.fields.length > e.length) throw new MalformedBatch(events.length, "cut short");
    const step = e[i + 1] as number;
    if (!(step >= 0 && step <= MAX_STEP)) throw new MalformedBatch(events.length, "time runs backwards or jumps a day");
    for (let f = 0; f < shape.fields.length; f += 1) {
      const field = shape.fields[f] as Field<Event>;
      const value = e[first + f] as number;
      if (!(value >= field.min && value <= field.max))
        throw new MalformedBatch(events.length, `field ${f} out of range`);
    }
    tenths += step;
    events.push(shape.make(tenths / 10, e, first));
    i = first + shape.fields.length;
  }
  return events;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
