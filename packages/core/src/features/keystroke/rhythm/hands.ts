import { addGroupMeans, Gathered, type Sheet } from "./sheet.ts";
import { NO_GROUP, type TypingStreams } from "./typing-streams.ts";

const SIDES = ["left", "right", "space", "other"];
const HANDS = SIDES.slice(0, 3);
const THREE = HANDS.flatMap((a, s) => HANDS.map((b, t) => ({ name: `${a}-${b}`, pair: s * 4 + t })));
const ALL_PAIRS = SIDES.flatMap((a, s) => SIDES.map((b, t) => ({ name: `${a}-${b}`, pair: s * 4 + t })));
/** A hand's key between two others: 2 hands x 3 before x 3 after. */
const BETWEEN = ["left", "right"].flatMap((hand) => HANDS.flatMap((a) => HANDS.map((b) => `${a}-${hand}-${b}`)));

export const handNames: readonly string[] = [
  ...SIDES.flatMap((side) => [`hold.${side}.mean`, `hold.${side}.spread`]),
  ...HANDS.flatMap((side) => ["q15", "q50", "q85"].map((q) => `hold.${side}.${q}`)),
  ...ALL_PAIRS.flatMap(({ name }) => [`press.${name}.q50`, `gap.${name}.q50`]),
  ...THREE.flatMap(({ name }) => [
    ...["press", "gap"].flatMap((what) => ["mean", "spread", "q20", "q80"].map((q) => `${what}.${name}.${q}`)),
    ...["mean", "spread", "q20", "q50", "q80"].map((q) => `release.${name}.${q}`),
    `holdBefore.${name}`,
    `holdAfter.${name}`,
    `rolled.${name}`,
    `outOfOrder.${name}`,
  ]),
  ...BETWEEN.map((name) => `hold.${name}`),
  ...BETWEEN.map((name) => `press.${name}`),
];

/** Each hand, and each hand after the other: nothing else tells two people apart as well. */
export function handFamily(streams: TypingStreams, sheet: Sheet): void {
  const gathered = new Gathered(streams.count);
  const { holdResidual, pressResidual, gapResidual, releaseResidual, side, sidePair } = streams;
  for (let s = 0; s < SIDES.length; s += 1) {
    gather(gathered.clear(), holdResidual, side, s);
    sheet.add(gathered.mean());
    sheet.add(gathered.logStd());
  }
  for (let s = 0; s < HANDS.length; s += 1) {
    gather(gathered.clear(), holdResidual, side, s);
    for (const q of [0.15, 0.5, 0.85]) sheet.add(gathered.quantile(q));
  }
  for (const { pair } of ALL_PAIRS) {
    gather(gathered.clear(), pressResidual, sidePair, pair);
    sheet.add(gathered.quantile(0.5));
    gather(gathered.clear(), gapResidual, sidePair, pair);
    sheet.add(gathered.quantile(0.5));
  }
  const before = holdBefore(streams);
  for (const { pair } of THREE) {
    for (const column of [pressResidual, gapResidual, releaseResidual]) {
      gather(gathered.clear(), column, sidePair, pair);
      sheet.add(gathered.mean());
      sheet.add(gathered.logStd());
      for (const q of column === releaseResidual ? [0.2, 0.5, 0.8] : [0.2, 0.8]) sheet.add(gathered.quantile(q));
    }
    for (const column of [before, holdResidual, streams.rolled, streams.outOfOrder]) {
      gather(gathered.clear(), column, sidePair, pair);
      sheet.add(gathered.mean());
    }
  }
  const between = betweenGroups(streams);
  addGroupMeans(sheet, holdResidual, between, BETWEEN.length);
  addGroupMeans(sheet, pressResidual, between, BETWEEN.length);
}

/** The hold of the key before, at the second key of the pair. */
export function holdBefore({ holdResidual, count }: TypingStreams): Float64Array {
  const column = new Float64Array(count).fill(Number.NaN);
  column.set(holdResidual.subarray(0, Math.max(0, count - 1)), 1);
  return column;
}

function betweenGroups({ count, side, sidePair }: TypingStreams): Uint8Array {
  const group = new Uint8Array(count).fill(NO_GROUP);
  for (let i = 1; i + 1 < count; i += 1) {
    const [own, before, after] = [side[i] ?? 3, side[i - 1] ?? 3, side[i + 1] ?? 3];
    const known = sidePair[i] !== NO_GROUP && sidePair[i + 1] !== NO_GROUP;
    if (known && own < 2 && before < 3 && after < 3) group[i] = own * 9 + before * 3 + after;
  }
  return group;
}

function gather(gathered: Gathered, column: Float64Array, group: Uint8Array, wanted: number): void {
  for (let i = 0; i < column.length; i += 1) if (group[i] === wanted) gathered.add(column[i] ?? Number.NaN);
}
