import type { Event } from "../events/event.ts";
import { createRandom, type Random } from "../math/random.ts";
import { type Activity, activities } from "./activities.ts";
import { choose, drawMood, fork, tenth } from "./draw.ts";
import type { Mood, SimulatedPerson } from "./person.ts";
import type { Place } from "./stroke.ts";

/** Shares of what a session is made of; they need not sum to 1. */
export type Mix = Readonly<Record<Activity, number>>;

export interface SessionOptions {
  readonly startAt: number;
  readonly durationMs: number;
  readonly seed: number;
  /** What is left out stays as it is in {@link DEFAULT_MIX}. */
  readonly mix?: Partial<Mix>;
}

/** What an activity finds and leaves behind. */
export interface Scene {
  readonly person: SimulatedPerson;
  readonly mood: Mood;
  readonly random: Random;
  readonly events: Event[];
  at: number;
  place: Place;
  /** Index into the person's pages. */
  page: number;
  /** The field of the forms that was last typed into. */
  field: number;
  press: number;
}

export const DEFAULT_MIX: Mix = { type: 0.35, point: 0.35, scroll: 0.12, navigate: 0.1, read: 0.08 };

/**
 * Returns all events, in time order, of one session of this person: typing in fields, pointing and clicking, scrolling, going
 * from page to page, leaving for another tab, copying and pasting. Nothing starts after `startAt + durationMs`; what has
 * begun by then is finished. The same person, start and seed give the same events.
 *
 * @example
 * const [person] = createPopulation(1, 7);
 * if (person) session(person, { startAt: 0, durationMs: 60_000, seed: 1 }).length; // a few hundred
 */
export function session(person: SimulatedPerson, options: SessionOptions): Event[] {
  const { startAt, durationMs, seed, mix = {} } = options;
  if (!Number.isFinite(startAt)) throw new RangeError(`startAt must be finite, got ${startAt}`);
  if (!(durationMs >= 0 && durationMs < Number.POSITIVE_INFINITY))
    throw new RangeError(`durationMs must be a finite number of at least 0, got ${durationMs}`);
  const shares: Mix = { ...DEFAULT_MIX, ...mix };
  const names = Object.keys(activities) as Activity[]; // safe: its keys are Activity
  if (!names.some((name) => shares[name] > 0)) throw new RangeError("mix must have a share above 0");

  const random = createRandom(Math.imul(person.seed ^ 0x5bd1e995, 0x85ebca6b) + Math.imul(seed, 0xc2b2ae35));
  const { usage } = person;
  const scene: Scene = {
    person,
    mood: drawMood(fork(random)),
    random,
    events: [
      { kind: "viewport", at: tenth(startAt), size: usage.viewport, pixelRatio: usage.pixelRatio },
      { kind: "visibility", at: tenth(startAt), state: "visible" },
    ],
    at: startAt,
    place: { x: Math.round(random() * usage.widthPx), y: Math.round(random() * usage.heightPx) },
    page: 0,
    field: 0,
    press: 0,
  };
  const endAt = startAt + durationMs;
  scene.events.push({ kind: "page", at: tenth(startAt), page: usage.pages[0] ?? 0 });
  while (scene.at < endAt) {
    const before = scene.at;
    activities[
      names[
        choose(
          names.map((name) => shares[name]),
          random,
        )
      ] ?? "read"
    ](scene);
    scene.at = Math.max(scene.at, before + 1);
  }
  return scene.events.sort((left, right) => left.at - right.at);
}
