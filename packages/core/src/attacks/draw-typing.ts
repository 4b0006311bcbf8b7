import { KEY_ZONES, type KeyZone } from "../events/key-zone.ts";
import { gaussian, integer, type Random } from "../math/random.ts";
import { logNormal } from "./draw.ts";
import type { TypingHabits } from "./person.ts";

const HANDS: Readonly<Partial<Record<KeyZone, "left" | "right">>> = {
  leftTop: "left",
  leftHome: "left",
  leftBottom: "left",
  rightTop: "right",
  rightHome: "right",
  rightBottom: "right",
};
/** What getting to these keys costs anybody, in log units. */
const COST: Readonly<Partial<Record<KeyZone, number>>> = {
  leftBottom: 0.08,
  rightBottom: 0.04,
  leftHome: -0.03,
  space: -0.1,
  shiftLeft: 0.35,
  shiftRight: 0.4,
  backspace: 0.55,
  enter: 0.6,
  tab: 0.5,
  digit: 0.45,
  punctuation: 0.25,
  navigation: 0.7,
  other: 0.3,
};
const PAIR_STD = 0.13;
const SCANS_MS = [1, 1, 2, 4, 8];

/**
 * Returns how a new person types. Interval and hold follow what 168,000 volunteers did (Dhakal, Feit, Kristensson &
 * Oulasvirta, CHI 2018: mean interval 238.7 ms, SD 111.6; hold about 118 ms; faster typists roll over more; change of hands
 * is quicker than one hand). The same source has no spread for pair effects and pauses: these are set here.
 */
export function drawTyping(random: Random): TypingHabits {
  const tempo = gaussian(random);
  // Slow typists vary more, and hold a little longer.
  const related = (share: number): number => share * tempo + Math.sqrt(1 - share * share) * gaussian(random);
  return {
    intervalMs: 157 * Math.exp(0.36 * tempo),
    pairs: drawPairs(random),
    intervalSpread: 0.36 * Math.exp(0.17 * related(0.3)),
    holdMs: 106 * Math.exp(0.18 * related(0.25)),
    holds: KEY_ZONES.map((zone) => (zone === "space" ? -0.05 : 0) + 0.09 * gaussian(random)),
    holdSpread: 0.27 * Math.exp(0.22 * gaussian(random)),
    liftsFirst: Math.min(1, Math.max(0, 0.3 + 0.25 * related(0.3))),
    wordPause: 0.3 * Math.exp(0.35 * related(0.3)),
    innerPause: 0.035 * Math.exp(0.5 * related(0.4)),
    pause: { median: 2.9 * Math.exp(0.2 * gaussian(random)), spread: 0.6 },
    thinking: 0.014 * Math.exp(0.6 * gaussian(random)),
    thoughtMs: { median: 1300 * Math.exp(0.3 * gaussian(random)), spread: 0.6 },
    lingers: 0.02 * Math.exp(0.5 * gaussian(random)),
    errors: Math.min(0.15, logNormal({ median: 0.032, spread: 0.6 }, random)),
    noticesAfter: logNormal({ median: 0.7, spread: 0.5 }, random),
    holdsBackspace: random() < 0.35,
    shift: random() < 0.8 ? "shiftLeft" : "shiftRight",
    scanMs: SCANS_MS[integer(random, SCANS_MS.length)] ?? 1,
  };
}

function drawPairs(random: Random): number[] {
  const own = KEY_ZONES.map(() => 0.06 * gaussian(random)); // zones that this person finds hard
  const alternation = 0.1 + 0.06 * gaussian(random);
  return KEY_ZONES.flatMap((from) =>
    KEY_ZONES.map((to, j) => {
      const sameHand = HANDS[from] !== undefined && HANDS[from] === HANDS[to];
      const common = from === "backspace" && to === "backspace" ? -0.15 : (COST[to] ?? 0) + (from === to ? -0.03 : 0);
      const afterSpace = from === "space" ? 0.12 : 0;
      const hands =
        HANDS[from] === undefined || HANDS[to] === undefined ? 0 : sameHand ? alternation / 2 : -alternation / 2;
      return common + afterSpace + hands + (own[j] ?? 0) + PAIR_STD * gaussian(random);
    }),
  );
}
