import { POINTER_PHASES, POINTER_TYPES, type PointerEvent } from "./event.ts";

/**
 * Pointer events kept between batches, as a flat list of numbers, each event after the one before it: tenths of a millisecond since
 * then, x, y, and 0 for a move whose other fields are as before, or 1 and those fields. Most are moves like the last one, so
 * that 200 take about 3 kB as JSON instead of 30.
 */
export interface PointerTrail {
  packed: number[];
  /** The newest event, against which the next one is packed; null when there is none. */
  last: PointerEvent | null;
  moves: number;
  events: number;
}

export function emptyTrail(): PointerTrail {
  return { packed: [], last: null, moves: 0, events: 0 };
}

/** Appends an event in place. Times are kept to 0.1 ms, all else as it is. */
export function appendPointer(trail: PointerTrail, event: PointerEvent): void {
  const { packed, last } = trail;
  const elapsed = Math.round(event.at * 10) - (last === null ? 0 : Math.round(last.at * 10));
  packed.push(elapsed, event.x, event.y);
  if (last !== null && event.phase === "move" && alike(last, event)) packed.push(0);
  else {
    const phase = POINTER_PHASES.indexOf(event.phase);
    const pointer = POINTER_TYPES.indexOf(event.pointer);
    packed.push(1, phase, pointer, event.contact, event.button, event.buttons, event.pressure, event.size);
  }
  trail.last = event;
  trail.events += 1;
  if (event.phase === "move") trail.moves += 1;
}

/** Returns the events, oldest first. */
export function unpackTrail({ packed }: PointerTrail): PointerEvent[] {
  const events: PointerEvent[] = [];
  let at = 0;
  let next = 0;
  const take = (): number => packed[next++] ?? 0;
  let last: PointerEvent | undefined;
  while (next < packed.length) {
    at += take();
    const x = take();
    const y = take();
    const fields = take() === 0 && last !== undefined ? last : unpackFields(take);
    last = {
      kind: "pointer",
      at: at / 10,
      phase: fields.phase,
      pointer: fields.pointer,
      contact: fields.contact,
      x,
      y,
      button: fields.button,
      buttons: fields.buttons,
      pressure: fields.pressure,
      size: fields.size,
    };
    events.push(last);
  }
  return events;
}

/** Returns the trail of these events. */
export function packTrail(events: readonly PointerEvent[]): PointerTrail {
  const trail = emptyTrail();
  for (const event of events) appendPointer(trail, event);
  return trail;
}

function unpackFields(take: () => number): Omit<PointerEvent, "kind" | "at" | "x" | "y"> {
  return {
    phase: POINTER_PHASES[take()] ?? "cancel",
    pointer: POINTER_TYPES[take()] ?? "mouse",
    contact: take(),
    button: take(),
    buttons: take(),
    pressure: take(),
    size: take(),
  };
}

function alike(left: PointerEvent, right: PointerEvent): boolean {
  return (
    left.phase === right.phase &&
    left.pointer === right.pointer &&
    left.contact === right.contact &&
    left.button === right.button &&
    left.buttons === right.buttons &&
    left.pressure === right.pressure &&
    left.size === right.size
  );
}
