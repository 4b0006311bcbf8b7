import { type KeyEvent, keyZone } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes presses and releases of physical keys. A soft keyboard gives no positions: its typing is seen as `input`. */
export function observeKeyboard({ on, emit, note, activity }: Scope): void {
  const held = new Map<string, number>();

  const record = (event: KeyboardEvent, phase: KeyEvent["phase"], press: number): void => {
    const { code, ctrlKey, altKey, metaKey } = event;
    const shortcut = (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
    emit(event, { kind: "key", phase, zone: keyZone(code), press, shortcut });
  };

  on("keydown", (event) => {
    const { code, repeat, timeStamp } = event;
    if (code === undefined) return; // a browser that fills a form sends a bare Event of this name
    activity.actedAt = timeStamp;
    activity.soft = code === "";
    if (activity.soft) return;
    const press = held.get(code);
    if (repeat) {
      if (press !== undefined) record(event, "repeat", press);
      return;
    }
    note(timeStamp);
    held.set(code, activity.presses);
    record(event, "down", activity.presses);
    activity.presses += 1;
  });

  on("keyup", (event) => {
    const press = held.get(event.code);
    if (press === undefined) return;
    held.delete(event.code);
    note(event.timeStamp);
    record(event, "up", press);
  });
}
