import { type KeyEvent, keyZone } from "@habitus/core/collector";
import { PHRASE } from "../exclude.ts";
import type { Scope } from "../scope.ts";
import { elementOf } from "./element-of.ts";

/**
 * Observes presses and releases of physical keys. A soft keyboard gives no positions: its typing is seen as `input`. Of a phrase
 * it is told that something was written, not in which region of the keyboard.
 */
export function observeKeyboard({ on, emit, note, hash, activity }: Scope): void {
  const held = new Map<string, Pick<KeyEvent, "press" | "zone">>();

  /** Of a key whose press was not seen nothing is told. What it was at its press it stays, wherever it is let go. */
  const tell = (event: KeyboardEvent, phase: KeyEvent["phase"]): void => {
    const { code, ctrlKey, altKey, metaKey } = event;
    const press = held.get(code);
    if (press === undefined) return;
    const shortcut = (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
    emit(event, { kind: "key", phase, ...press, shortcut });
  };

  on("keydown", (event) => {
    const { code, repeat, timeStamp } = event;
    if (code === undefined) return; // a browser that fills a form sends a bare Event of this name
    activity.actedAt = timeStamp;
    activity.soft = code === "";
    if (!repeat && code !== "") {
      note(timeStamp);
      const phrase = elementOf(event)?.getAttribute(PHRASE);
      let zone = keyZone(code);
      if (typeof phrase === "string") {
        emit(event, { kind: "phrase", field: hash(phrase) });
        if (/^[dlpr]/.test(zone)) zone = "space";
      }
      held.set(code, { zone, press: activity.presses });
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
