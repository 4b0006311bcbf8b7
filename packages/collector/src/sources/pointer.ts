import { type PointerEvent as Captured, POINTER_TYPES } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Moves closer together than this (ms) are thinned out: 250 a second hold all that a hand does. */
const CLOSEST_MS = 4;
/** The bit of `buttons` that belongs to each `button` (Pointer Events, 2019, 5.1). */
const BIT_OF_BUTTON = [1, 4, 2, 8, 16];

/** Observes mouse, pen and touch: moves with all positions that the browser had coalesced, presses and releases. */
export function observePointers({ on, emit, note, activity }: Scope): void {
  const contacts = new Map<number, number>();
  let movedAt = 0;

  const record = (event: PointerEvent, phase: Captured["phase"], button: number): void => {
    const { pointerId, clientX: x, clientY: y, buttons, pressure, width, height } = event;
    const pointer = POINTER_TYPES.find((type) => type === event.pointerType) ?? "mouse";
    const contact = pointer === "touch" ? contacts.get(pointerId) : 0;
    if (contact === undefined) return;
    const isMouse = pointer === "mouse"; // its pressure and size are the browser's invention
    emit(event, {
      kind: "pointer",
      phase,
      pointer,
      contact,
      x,
      y,
      button,
      buttons,
      pressure: isMouse ? 0 : pressure,
      size: isMouse ? 0 : Math.max(width, height),
    });
  };

  const press = (event: PointerEvent, phase: "down" | "up"): void => {
    const { timeStamp, button } = event;
    activity.actedAt = timeStamp;
    note(timeStamp);
    record(event, phase, button);
  };

  on("pointermove", (event) => {
    const { button, buttons } = event;
    // A further button while one is held comes as a move.
    if (button >= 0) return press(event, buttons & (BIT_OF_BUTTON[button] ?? 0) ? "down" : "up");
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const move of coalesced.length > 0 ? coalesced : [event]) {
      if (move.timeStamp - movedAt < CLOSEST_MS && move.timeStamp >= movedAt) continue;
      movedAt = move.timeStamp;
      record(move, "move", -1);
    }
  });

  on("pointerdown", (event) => {
    let contact = 0;
    for (const taken = [...contacts.values()]; taken.includes(contact); ) contact += 1;
    if (event.pointerType === "touch") contacts.set(event.pointerId, contact);
    press(event, "down");
  });

  for (const phase of ["up", "cancel"] as const)
    on(`pointer${phase}`, (event) => {
      if (phase === "up") press(event, phase);
      else record(event, phase, -1);
      contacts.delete(event.pointerId);
    });
}
