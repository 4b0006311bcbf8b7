import { Gathered, type Sheet } from "./sheet.ts";
import { BACKSPACE, DIGIT, OTHER, PUNCTUATION, SHIFT, SPACE, type TypingStreams } from "./typing-streams.ts";

const KEYS = [
  ["backspace", BACKSPACE],
  ["shift", SHIFT],
  ["punctuation", PUNCTUATION],
  ["digit", DIGIT],
  ["other", OTHER],
] as const;
const HELD = [
  ["shift", SHIFT],
  ["space", SPACE],
  ["backspace", BACKSPACE],
  ["punctuation", PUNCTUATION],
] as const;

export const habitNames: readonly string[] = [
  "rolled.rate",
  "outOfOrder.rate",
  ...KEYS.map(([name]) => `rate.${name}`),
  ...HELD.flatMap(([name]) => [`held.${name}.mean`, `held.${name}.spread`]),
  ...["press", "gap", "release", "holdAfter"].map((what) => `shiftToLetter.${what}`),
  ...["press", "gap"].map((what) => `toShift.${what}`),
  "shift.first",
  "shift.twice",
  "shift.covers",
  "backspace.twice",
  "backspace.thrice",
  "backspace.inside",
  "backspace.to",
  "backspace.from",
  "sameInstant.rate",
  "threeDown.rate",
  ...HELD.flatMap(([name]) => ["gapAfter", "releaseAfter", "gapBefore", "releaseBefore"].map((w) => `${w}.${name}`)),
  "space.twice",
  "longHold.rate",
  "longest.shift",
  "longest.pause",
];

/** What somebody does rather than how fast: corrections, capitals, overlapping keys. Rates are square roots of shares. */
export function habitFamily(streams: TypingStreams, sheet: Sheet): void {
  const { region, hold, press, gap, release, holdResidual, count } = streams;
  const gathered = new Gathered(count);
  const at = (i: number): number => region[i] ?? OTHER;
  const mean = (column: Float64Array, wanted: (i: number) => boolean, first = 1): number => {
    gathered.clear();
    for (let i = first; i < count; i += 1) if (wanted(i)) gathered.add(column[i] ?? Number.NaN);
    return gathered.mean();
  };
  const rate = (wanted: (i: number) => boolean, first = 0): number => {
    let hits = 0;
    for (let i = first; i < count; i += 1) if (wanted(i)) hits += 1;
    return Math.sqrt(hits / Math.max(1, count - first));
  };
  const pairOf = (a: number, b: number) => (i: number) => at(i - 1) === a && at(i) === b;
  sheet.add(mean(streams.rolled, () => true));
  sheet.add(mean(streams.outOfOrder, () => true));
  for (const [, key] of KEYS) sheet.add(rate((i) => at(i) === key));
  for (const [, key] of HELD) {
    sheet.add(mean(hold, (i) => at(i) === key, 0));
    sheet.add(gathered.logStd());
  }
  const shiftToLetter = (i: number): boolean => at(i - 1) === SHIFT && at(i) < SPACE;
  for (const column of [press, gap, release, holdResidual]) sheet.add(mean(column, shiftToLetter));
  const toShift = (i: number): boolean => at(i) === SHIFT;
  for (const column of [press, gap]) sheet.add(mean(column, toShift));
  sheet.add(count > 0 && at(0) === SHIFT ? 1 : 0);
  sheet.add(rate(pairOf(SHIFT, SHIFT), 1));
  sheet.add(mean(streams.outOfOrder, shiftToLetter));
  sheet.add(rate(pairOf(BACKSPACE, BACKSPACE), 1));
  sheet.add(rate((i) => pairOf(BACKSPACE, BACKSPACE)(i) && at(i - 2) === BACKSPACE, 2));
  sheet.add(mean(press, pairOf(BACKSPACE, BACKSPACE)));
  sheet.add(mean(press, (i) => at(i - 1) !== BACKSPACE && at(i) === BACKSPACE));
  sheet.add(mean(press, (i) => at(i - 1) === BACKSPACE && at(i) !== BACKSPACE));
  sheet.add(rate((i) => (streams.sincePress[i] ?? 99) <= 12, 1));
  sheet.add(rate((i) => threeDown(streams, i), 2));
  for (const [, key] of HELD)
    for (const [column, after] of [
      [gap, true],
      [release, true],
      [gap, false],
      [release, false],
    ] as const)
      sheet.add(mean(column, (i) => at(after ? i - 1 : i) === key));
  sheet.add(rate(pairOf(SPACE, SPACE), 1));
  sheet.add(rate((i) => (hold[i] ?? 0) > LONG_HOLD));
  let shift = 0;
  let pause = 0;
  for (let i = 0; i < count; i += 1) {
    if (at(i) === SHIFT) shift = Math.max(shift, Math.exp(hold[i] ?? 0) || 0);
    if (i > 0) pause = Math.max(pause, Math.min(3000, streams.sincePress[i] ?? 0));
  }
  sheet.add(Math.log(shift + 20));
  sheet.add(Math.log(pause + 1));
}

const LONG_HOLD = Math.log(250);

/** The key two before was still held at this press. */
function threeDown({ hold, sincePress }: TypingStreams, i: number): boolean {
  const since = (sincePress[i] ?? Number.NaN) + (sincePress[i - 1] ?? Number.NaN);
  return since < Math.exp(hold[i - 2] ?? Number.NaN);
}
