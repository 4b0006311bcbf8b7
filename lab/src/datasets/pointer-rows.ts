import { PointerTrackBuilder } from "../recordings/recording.ts";
import type { Tally } from "./dataset.ts";

/** x or y above this are fillers (65535) of the remote desktop. */
const FILLER = 10_000;
const BUTTONS: Readonly<Record<string, number>> = { Left: 0, Middle: 1, Right: 2, XButton: 3, Other: 4 };

const STATES = new Set(["Move", "Drag", "Pressed", "Released", "Down", "Up"]);

export interface PointerRow {
  readonly at: number;
  readonly button: string;
  readonly state: string;
  readonly x: number;
  readonly y: number;
}

/** Turns rows "time, button, state, x, y" into a track; what it leaves out it counts. */
export class PointerRows {
  readonly track = new PointerTrackBuilder();
  readonly #tally: Tally;
  #held = 0;
  #last: PointerRow | undefined;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  add(row: PointerRow): void {
    const flaw = this.#flaw(row);
    if (flaw !== undefined) {
      this.#tally.add(flaw);
      return;
    }
    this.#last = row;
    const { at, x, y } = row;
    this.track.add(at, x, y, this.#change(row));
  }

  #flaw({ at, button, state, x, y }: PointerRow): string | undefined {
    if (!Number.isFinite(at) || !Number.isFinite(x) || !Number.isFinite(y)) return "row without numbers";
    if (Math.abs(x) > FILLER || Math.abs(y) > FILLER) return "place over 10000 (filler)";
    if (!STATES.has(state)) return `unknown state ${JSON.stringify(state.slice(0, 20))}`;
    const last = this.#last;
    if (last === undefined) return undefined;
    if (at < last.at) return "time went back";
    const same = at === last.at && x === last.x && y === last.y && state === last.state && button === last.button;
    return same ? "exact duplicate" : undefined;
  }

  #change({ button, state }: PointerRow): { phase: number; button: number; buttons: number } {
    const pressed = BUTTONS[button] ?? -1;
    switch (state) {
      case "Pressed":
        this.#held |= bit(pressed);
        return { phase: 1, button: pressed, buttons: this.#held };
      case "Released":
        this.#held &= ~bit(pressed);
        return { phase: 2, button: pressed, buttons: this.#held };
      case "Down":
      case "Up":
        return { phase: 3, button: state === "Down" ? 0 : 1, buttons: this.#held };
      case "Drag":
        return { phase: 0, button: -1, buttons: this.#held || 1 };
      default:
        this.#held = 0; // a plain move: if a button was held, its release was not recorded
        return { phase: 0, button: -1, buttons: 0 };
    }
  }
}

/** `MouseEvent.buttons` numbers the secondary button 2 and the middle one 4. */
function bit(button: number): number {
  return [1, 4, 2, 8, 16][button] ?? 0;
}
