import { type KeyEvent, keyZone } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes presses and releases of physical keys. A soft keyboard gives no positions: its typing is seen as `input`. */
export function observeKeyboard({ on, emit, note, activity }: Scope): void {
  const held = new Map<string, number>();

  /** Of a key whose press was not seen nothing is told. */
  const tell = (event: KeyboardEvent, phase: KeyEvent["phase"]): void => {
    const { code, ctrlKey, altKey, metaKey } = event;
    const press = held.get(code);
    if (press === undefined) return;
    const shortcut = (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
    emit(event, { kind: "key", phase, zone: keyZone(code), press, shortcut });
  };

  on("keydown", (event) => {
    const { code, repeat, timeStamp } = event;
    if (code === undefined) return; // a browser that fills a form sends a bare Event of this name
    activity.actedAt = timeStamp;
    activity.soft = code === "";
    if (!repeat && code !== "") {
      note(timeStamp);
      held.set(code, activity.presses);
      activity.presses += 1;
    }
    tell(event, repeat ? "repeat" : "down");
  });

  on("keyup", (event) => {
    note(event.timeStamp);
    tell(event, "up");
    held.delete(event.code);
  });
}
