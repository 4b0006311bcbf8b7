import { type KeyZone, keyZone } from "../events/key-zone.ts";
import type { Random } from "../math/random.ts";
import { choose } from "./draw.ts";

/** Frequent English words, most frequent first. */
const WORDS =
  "the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an will my one all would there their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us".split(
    " ",
  );
const SPELLED = WORDS.map((word) => [...word].map((letter) => keyZone(`Key${letter.toUpperCase()}`)));
/** Zipf's law. */
const WEIGHTS = WORDS.map((_, i) => 1 / (i + 2.7));
/** Words are longer than the most frequent ones: now and then two make one. */
const COMPOUND = 0.3;
const COMMA = 0.07;
const FULL_STOP = 0.08;

/**
 * Returns the zones of exactly `count` keys of text that nobody meant: frequent English words with the key pairs that these
 * bring along, spaces, capitals at the start of a sentence, commas and full stops.
 */
export function drawText(count: number, shift: KeyZone, random: Random): KeyZone[] {
  const zones: KeyZone[] = [];
  let capital = true;
  while (zones.length < count) {
    if (capital) zones.push(shift);
    zones.push(...drawWord(random));
    if (random() < COMPOUND) zones.push(...drawWord(random));
    const end = random();
    capital = end < FULL_STOP;
    if (end < FULL_STOP + COMMA) zones.push("punctuation");
    zones.push("space");
  }
  return zones.slice(0, count);
}

function drawWord(random: Random): readonly KeyZone[] {
  return SPELLED[choose(WEIGHTS, random)] ?? [];
}
