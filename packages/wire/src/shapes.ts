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

/** Longest time between two events of a batch, one day in tenths of a millisecond. */
export const MAX_STEP = 864_000_000;
const UINT32 = 0xffffffff;
const COORDINATE = [10, -1_000_000, 1_000_000] as const;

/** A number on the wire: `[scale, min, max]`, whole after scaling. */
export type Whole = readonly [scale: number, min: number, max: number];
/** One of a list, by its position in it. */
export type Choice = readonly (string | boolean)[];
export type Field = Whole | Choice;

type EventOf<K extends Event["kind"]> = Extract<Event, { kind: K }>;
type FieldOf<V> = [V] extends [number] ? Whole : readonly V[];
type Shapes = {
  readonly [K in Event["kind"]]: {
    readonly [F in Exclude<keyof EventOf<K>, "kind" | "at">]: FieldOf<EventOf<K>[F]>;
  };
};

// The order of the kinds is their code on the wire, the order of the fields is theirs in the list: append, never reorder.
const SHAPES: Shapes = {
  key: { phase: KEY_PHASES, zone: KEY_ZONES, press: [1, 0, UINT32], shortcut: [false, true] },
  pointer: {
    phase: POINTER_PHASES,
    pointer: POINTER_TYPES,
    contact: [1, 0, 255],
    x: COORDINATE,
    y: COORDINATE,
    button: [1, -1, 31],
    buttons: [1, 0, 65_535],
    pressure: [1000, 0, 1000],
    size: [10, 0, 65_535],
  },
  wheel: { dx: COORDINATE, dy: COORDINATE, unit: WHEEL_UNITS },
  focus: { phase: FOCUS_PHASES, field: [1, 0, UINT32] },
  visibility: { state: VISIBILITY_STATES },
  page: { page: [1, 0, UINT32] },
  edit: { what: EDITS },
  composition: { phase: COMPOSITION_PHASES },
  input: { what: INPUTS },
  viewport: { size: VIEWPORT_CLASSES, pixelRatio: [4, 1, 400] },
  phrase: { field: [1, 0, UINT32] },
};

/** The kinds of events in the order of their codes. */
export const KINDS = Object.keys(SHAPES) as Event["kind"][]; // safe: the keys of a mapped type over the union
/** For each code the names and forms of the event's fields, in their order on the wire. */
export const FIELDS: readonly (readonly (readonly [name: string, field: Field])[])[] = Object.values(SHAPES).map(
  (shape) => Object.entries<Field>(shape),
);

/** Tells the two forms apart: only a number starts with a number. */
export function isWhole(field: Field): field is Whole {
  return typeof field[0] === "number";
}
