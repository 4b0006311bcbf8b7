import { KEY_ZONES, type KeyZone, type PointerType } from "@habitus/core";

/** Keystrokes in columns, in the order of their presses. Times in milliseconds; a release that was never seen is NaN. */
export interface KeyTrack {
  /** Index of `KEY_ZONES`. */
  readonly zone: Uint8Array;
  readonly pressAt: Float64Array;
  readonly releaseAt: Float64Array;
}

export const TRACK_PHASES = ["move", "down", "up", "scroll"] as const;

/** Pointer events in columns, in time order. Times in milliseconds, places in pixels. */
export interface PointerTrack {
  readonly pointer: PointerType;
  readonly at: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Index of `TRACK_PHASES`. */
  readonly phase: Uint8Array;
  /** As `MouseEvent.button`; -1 when no button changes. */
  readonly button: Int8Array;
  /** Bit set of the buttons held. */
  readonly buttons: Uint8Array;
}

/**
 * What one person did in one sitting (or a piece of it), in columns so that whole data sets fit into memory.
 * `toEvents` makes the stream of Habitus events of it. Nothing here can tell which key was pressed beyond its zone.
 */
export interface Recording {
  /** Unique within a data set: subject/session, with #from-to for a piece. */
  readonly id: string;
  readonly subject: string;
  readonly session: string;
  /** Where the session stands in the subject's time, from 0. */
  readonly order: number;
  readonly keys: KeyTrack | undefined;
  readonly pointer: PointerTrack | undefined;
  /** The timings of one typed phrase as published: the same columns in each recording of the data set. */
  readonly timings: Float64Array | undefined;
  /** What the data set says about it beyond the person: the part it belongs to, a species of bot. */
  readonly label: string;
}

const ZONE_INDEX = new Map<KeyZone, number>(KEY_ZONES.map((zone, i) => [zone, i]));

/** Returns the index of a zone in `KEY_ZONES`. */
export function zoneIndex(zone: KeyZone): number {
  return ZONE_INDEX.get(zone) ?? KEY_ZONES.length - 1;
}

export interface LooseKeystroke {
  readonly zone: number;
  readonly pressAt: number;
  readonly releaseAt: number;
}

/** Returns keystrokes in columns, sorted by press (those of one instant keep their order). */
export function keyTrack(keystrokes: readonly LooseKeystroke[]): KeyTrack {
  const sorted = [...keystrokes].sort((a, b) => a.pressAt - b.pressAt);
  return {
    zone: Uint8Array.from(sorted, ({ zone }) => zone),
    pressAt: Float64Array.from(sorted, ({ pressAt }) => pressAt),
    releaseAt: Float64Array.from(sorted, ({ releaseAt }) => releaseAt),
  };
}

/** Collects pointer events into columns that grow. */
export class PointerTrackBuilder {
  readonly #at: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #phase: number[] = [];
  readonly #button: number[] = [];
  readonly #buttons: number[] = [];

  get length(): number {
    return this.#at.length;
  }

  add(at: number, x: number, y: number, what: { phase: number; button: number; buttons: number }): void {
    this.#at.push(at);
    this.#x.push(x);
    this.#y.push(y);
    this.#phase.push(what.phase);
    this.#button.push(what.button);
    this.#buttons.push(what.buttons);
  }

  build(pointer: PointerType): PointerTrack {
    return {
      pointer,
      at: Float64Array.from(this.#at),
      x: Float64Array.from(this.#x),
      y: Float64Array.from(this.#y),
      phase: Uint8Array.from(this.#phase),
      button: Int8Array.from(this.#button),
      buttons: Uint8Array.from(this.#buttons),
    };
  }
}
