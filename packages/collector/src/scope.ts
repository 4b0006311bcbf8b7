import type { Event as Captured } from "@habitus/core/collector";

/** An event as a source tells it: the scope adds when. */
export type Fact = Captured extends infer E ? (E extends Captured ? Omit<E, "at"> : never) : never;

/** What the page did last, in `event.timeStamp` of this stream: sources that cannot know it themselves ask here. */
export interface Activity {
  /** The last press of a key, a pointer's button or a touch. */
  actedAt: number;
  /** Whether the last key came from a soft keyboard, which gives no positions. */
  soft: boolean;
  /** Counts presses of the stream. */
  presses: number;
}

/** The events of the page that sources listen to. */
export type PageEvents = WindowEventMap & Pick<DocumentEventMap, "visibilitychange"> & { currententrychange: Event };

/** All that a source of events may touch. */
export interface Scope {
  readonly activity: Activity;
  /**
   * Calls `handle` for this type of event while capture lasts: only for events of the person, not of scripts, and none of an
   * excluded field or region. Listens in the capture phase and passively: the page's own handling cannot be changed.
   */
  on<T extends keyof PageEvents>(type: T, handle: (event: PageEvents[T]) => void, target?: EventTarget): void;
  /** Captures a fact at the instant of the page's event that told it. */
  emit(told: Pick<Event, "timeStamp">, fact: Fact): void;
  /** Marks an act of the person (press, release): its time stamp goes into the estimate of the clock's quantum. */
  note(timeStamp: number): void;
  /** Returns the keyed 32-bit hash of a name of the page. */
  hash(name: string): number;
  pageName(): string;
  /** The page may not come back: what is in memory must leave now. */
  leave(): void;
  /** It did come back. */
  comeBack(): void;
}

export type Source = (scope: Scope) => void;
