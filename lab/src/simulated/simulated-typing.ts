import { createRandom, type Keystroke, type KeyZone, pairKeystrokes } from "@habitus/core";
import { type SimulatedPerson, typeText } from "@habitus/core/attacks";
import { seedOf } from "../running/compare.ts";

const TRIES = 200;

/** Returns so many keystrokes of made-up text by a simulated person, the first at 0 ms. */
export function freeTyping(person: SimulatedPerson, count: number, name: string): Keystroke[] {
  const random = createRandom(seedOf(person.seed, name));
  return pairKeystrokes(typeText(person, { keystrokes: count, startAt: 0, random })).slice(0, count);
}

/** Returns the person typing exactly these keys: attempts with a correction are thrown away, as the benchmarks do. */
export function phraseTyping(person: SimulatedPerson, zones: readonly KeyZone[], name: string): Keystroke[] {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const random = createRandom(seedOf(person.seed, `${name}-${attempt}`));
    const typed = pairKeystrokes(typeText(person, { zones, startAt: 0, random }));
    if (
      typed.length === zones.length &&
      typed.every(({ zone, releaseAt }, i) => zone === zones[i] && releaseAt !== undefined)
    )
      return typed;
  }
  throw new RangeError(`${person.id} never types ${zones.length} keys without a correction`);
}

/** A key of each zone as browsers number it, and as the Monaco sets name it. */
export const KEY_OF_ZONE: Readonly<Record<KeyZone, { readonly code: number; readonly name: string }>> = {
  leftTop: { code: 69, name: "e" },
  leftHome: { code: 65, name: "a" },
  leftBottom: { code: 67, name: "c" },
  rightTop: { code: 79, name: "o" },
  rightHome: { code: 76, name: "l" },
  rightBottom: { code: 78, name: "n" },
  space: { code: 32, name: "space" },
  shiftLeft: { code: 16, name: "shift" },
  shiftRight: { code: 16, name: "shift" },
  backspace: { code: 8, name: "backspace" },
  enter: { code: 13, name: "enter" },
  tab: { code: 9, name: "tab" },
  digit: { code: 49, name: "1" },
  punctuation: { code: 190, name: "period" },
  navigation: { code: 37, name: "left" },
  other: { code: 20, name: "caps_lock" },
};
