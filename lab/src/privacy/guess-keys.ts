import { keyCodeZone } from "../datasets/key-code-zone.ts";

/** What the regions of the keyboard leave open about which letter was pressed. Per letter, on people whose typing was not counted. */
export interface KeysLeft {
  /** Bits that a letter has when nothing is known, and that are left when its region is, and those of its neighbours too. */
  readonly letterBits: number;
  readonly letterBitsGivenZone: number;
  readonly letterBitsGivenNeighbours: number;
  /** Share of letters guessed right in the same three cases. */
  readonly lettersRight: number;
  readonly lettersRightGivenZone: number;
  readonly lettersRightGivenNeighbours: number;
}

const LETTERS = 26;
const A = 65;
/** Regions on either side. */
const NEIGHBOURS = 3;
/** A context counts for itself as far as it was seen more often than this. */
const HALF = 2;

type Counts = Map<string, Float64Array>;

/** Returns what a count of key codes of some people leaves open of others' letters; contexts seldom seen fall back to shorter ones. */
export function keysLeft(learnt: readonly (readonly number[])[], tested: readonly (readonly number[])[]): KeysLeft {
  const counts: Counts[] = Array.from({ length: NEIGHBOURS + 2 }, () => new Map());
  for (const codes of learnt)
    visit(codes, (letter, contexts) => {
      contexts.forEach((context, level) => {
        const own = counts[level]?.get(context) ?? new Float64Array(LETTERS);
        counts[level]?.set(context, own);
        own[letter] = (own[letter] ?? 0) + 1;
      });
    });
  const bits = new Float64Array(NEIGHBOURS + 2);
  const right = new Float64Array(NEIGHBOURS + 2);
  let all = 0;
  for (const codes of tested)
    visit(codes, (letter, contexts) => {
      all += 1;
      let shares = new Float64Array(LETTERS).fill(1 / LETTERS);
      contexts.forEach((context, level) => {
        shares = blend(shares, counts[level]?.get(context));
        bits[level] = (bits[level] ?? 0) - Math.log2(shares[letter] ?? 1);
        if (shares.indexOf(Math.max(...shares)) === letter) right[level] = (right[level] ?? 0) + 1;
      });
    });
  const at = (list: Float64Array, level: number): number => (list[level] ?? 0) / Math.max(1, all);
  return {
    letterBits: at(bits, 0),
    letterBitsGivenZone: at(bits, 1),
    letterBitsGivenNeighbours: at(bits, NEIGHBOURS + 1),
    lettersRight: at(right, 0),
    lettersRightGivenZone: at(right, 1),
    lettersRightGivenNeighbours: at(right, NEIGHBOURS + 1),
  };
}

/** Contexts from nothing to the regions of `NEIGHBOURS` keys on either side. */
function visit(codes: readonly number[], each: (letter: number, contexts: readonly string[]) => void): void {
  const zones = codes.map(keyCodeZone);
  codes.forEach((code, i) => {
    const letter = code - A;
    if (!(letter >= 0 && letter < LETTERS)) return;
    const contexts = [""];
    for (let n = 0; n <= NEIGHBOURS; n += 1)
      contexts.push(Array.from({ length: 2 * n + 1 }, (_, k) => zones[i - n + k] ?? -1).join());
    each(letter, contexts);
  });
}

function blend(shorter: Float64Array, own: Float64Array | undefined): Float64Array<ArrayBuffer> {
  if (own === undefined) return Float64Array.from(shorter);
  const total = own.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(shorter, (share, i) => ((own[i] ?? 0) + HALF * share) / (total + HALF));
}
