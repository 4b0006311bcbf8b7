import type { EditEvent, KeyEvent } from "../events/event.ts";
import { gaussian } from "../math/random.ts";
import { choose, logNormal, tenth } from "./draw.ts";
import { movePointer, type Target } from "./move-pointer.ts";
import { scroll } from "./scroll.ts";
import type { Scene } from "./session.ts";
import { typeText } from "./type-text.ts";

/** One thing after the other that people do with a page. Each adds events to the scene and moves its clock on. */
export const activities = { type, point, scroll: scrollPage, navigate, read } as const;
export type Activity = keyof typeof activities;

const READING = { median: 2500, spread: 0.7 };
const AWAY = { median: 8000, spread: 1 };
const AFTER = { median: 350, spread: 0.5 };

function type(scene: Scene): void {
  const { person, random, mood } = scene;
  scene.field = choose(person.usage.fields[scene.field] ?? [1], random);
  const field = Math.imul(scene.field + 1, 0x85ebca6b) >>> 0;
  go(scene, [{ ...somewhere(scene), widthPx: 60, click: true }]);
  scene.events.push({ kind: "focus", at: tenth(scene.at), phase: "in", field });
  scene.at += logNormal(AFTER, random);
  const keystrokes = Math.max(3, Math.round(80 * Math.exp(0.7 * gaussian(random))));
  const events = typeText(person, { keystrokes, startAt: scene.at, random, mood, firstPress: scene.press });
  keep(scene, events);
  if (random() < person.usage.copies * 5) edit(scene, "copy");
  if (random() < person.usage.pastes * 5) edit(scene, "paste");
  scene.events.push({ kind: "focus", at: tenth(scene.at), phase: "out", field });
}

function point(scene: Scene): void {
  const { random } = scene;
  const many = 1 + Math.floor(random() * 5);
  const targets = Array.from({ length: many }, () => target(scene, random() < 0.7));
  go(scene, targets);
}

function scrollPage(scene: Scene): void {
  const { person, random } = scene;
  const turns = 1 + Math.floor(random() * 4);
  const direction = random() < 0.75 ? 1 : -1;
  for (let i = 0; i < turns; i += 1) {
    const events = scroll(person, { startAt: scene.at, direction, random });
    scene.events.push(...events);
    scene.at = (events.at(-1)?.at ?? scene.at) + logNormal(AFTER, random);
  }
}

function navigate(scene: Scene): void {
  const { person, random, page } = scene;
  go(scene, [{ ...somewhere(scene), widthPx: 45, click: true }]);
  scene.page = choose(person.usage.order[page] ?? [1], random);
  scene.at += logNormal(AFTER, random);
  scene.events.push({ kind: "page", at: tenth(scene.at), page: person.usage.pages[scene.page] ?? 0 });
}

/** Reading, or a look at another tab. */
function read(scene: Scene): void {
  const { person, random } = scene;
  if (random() < person.usage.tabSwitches * 5) {
    scene.events.push({ kind: "visibility", at: tenth(scene.at), state: "hidden" });
    scene.at += logNormal(AWAY, random);
    scene.events.push({ kind: "visibility", at: tenth(scene.at), state: "visible" });
  } else if (random() < person.pointing.fidgets) {
    const near = { x: scene.place.x + 60 * gaussian(random), y: scene.place.y + 40 * gaussian(random) };
    go(scene, [{ ...inside(scene, near), widthPx: 80 }]);
  }
  scene.at += logNormal(READING, random) * Math.exp(scene.mood.pauses);
}

/** Copies or pastes, with a chord of keys or with a menu. */
function edit(scene: Scene, what: "copy" | "paste"): void {
  const { person, random } = scene;
  scene.at += logNormal(AFTER, random);
  let at = scene.at;
  if (random() < person.usage.usesShortcuts) {
    const holdMs = person.typing.holdMs;
    // Control, then C or V, which lie in the same zone; the chord is let go in the other order.
    const chord: KeyEvent[] = [
      chordKey({ at: scene.at, phase: "down", zone: "other", press: scene.press }),
      chordKey({ at: scene.at + 1.5 * holdMs, phase: "down", zone: "leftBottom", press: scene.press + 1 }),
      chordKey({ at: scene.at + 2.4 * holdMs, phase: "up", zone: "leftBottom", press: scene.press + 1 }),
      chordKey({ at: scene.at + 3 * holdMs, phase: "up", zone: "other", press: scene.press }),
    ];
    at = chord[1]?.at ?? at;
    keep(scene, chord);
  } else scene.at += 2 * logNormal(AFTER, random);
  const fact: EditEvent = { kind: "edit", at: tenth(at), what };
  scene.events.push(fact);
}

function chordKey(key: Pick<KeyEvent, "at" | "phase" | "zone" | "press">): KeyEvent {
  return { kind: "key", ...key, at: tenth(key.at), shortcut: true };
}

function keep(scene: Scene, events: readonly KeyEvent[]): void {
  scene.events.push(...events);
  scene.at = Math.max(scene.at, events.at(-1)?.at ?? 0) + logNormal(AFTER, scene.random);
  scene.press += events.filter(({ phase }) => phase === "down").length;
}

function go(scene: Scene, targets: readonly Target[]): void {
  const { person, random, mood, place, at } = scene;
  const events = movePointer(person, { from: place, targets, startAt: at, random, mood });
  scene.events.push(...events);
  const last = events.at(-1);
  if (last !== undefined) scene.place = inside(scene, last);
  scene.at = (last?.at ?? at) + logNormal(person.pointing.restMs, random);
}

function target(scene: Scene, click: boolean): Target {
  return { ...somewhere(scene), widthPx: logNormal({ median: 40, spread: 0.5 }, scene.random), click };
}

/** Next targets lie around the last one more often than across the window. */
function somewhere(scene: Scene): { x: number; y: number } {
  const { random, place, person } = scene;
  const { widthPx, heightPx } = person.usage;
  return inside(scene, {
    x: place.x + 0.33 * widthPx * gaussian(random),
    y: place.y + 0.33 * heightPx * gaussian(random),
  });
}

function inside({ person }: Scene, { x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  const { widthPx, heightPx } = person.usage;
  return { x: reflect(x, widthPx), y: reflect(y, heightPx) };
}

/** Returns the place mirrored at the edges until it lies inside. */
function reflect(value: number, size: number): number {
  const folded = Math.abs(value) % (2 * size);
  return Math.round(folded > size ? 2 * size - folded : folded);
}
