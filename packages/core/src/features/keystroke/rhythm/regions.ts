import { holdBefore } from "./hands.ts";
import { addGroupMeans, Gathered, type Sheet } from "./sheet.ts";
import { NO_GROUP, REGION_COUNT, REGIONS, SPACE, type TypingStreams } from "./typing-streams.ts";

const TYPED = REGIONS.slice(0, SPACE + 1);
const PAIRS = TYPED.flatMap((a) => TYPED.map((b) => `${a}-${b}`));
const OF_PAIRS = ["press", "gap", "release", "holdBefore", "holdAfter", "rolled"];

export const regionNames: readonly string[] = [
  ...REGIONS.map((name) => `hold.${name}`),
  ...REGIONS.slice(0, 9).map((name) => `hold.${name}.spread`),
  ...["press.to", "gap.to", "release.to", "press.from", "gap.from"].flatMap((what) =>
    REGIONS.map((name) => `${what}.${name}`),
  ),
  ...OF_PAIRS.flatMap((what) => PAIRS.map((pair) => `${what}.${pair}`)),
];

/** Each region of the keyboard, and each after each other. */
export function regionFamily(streams: TypingStreams, sheet: Sheet): void {
  const { holdResidual, pressResidual, gapResidual, releaseResidual, region, count } = streams;
  addGroupMeans(sheet, holdResidual, region, REGION_COUNT);
  const gathered = new Gathered(count);
  for (let r = 0; r < 9; r += 1) {
    gathered.clear();
    for (let i = 0; i < count; i += 1) if (region[i] === r) gathered.add(holdResidual[i] ?? Number.NaN);
    sheet.add(gathered.logStd());
  }
  const from = new Uint8Array(count).fill(NO_GROUP);
  const typed = new Uint8Array(count).fill(NO_GROUP);
  for (let i = 1; i < count; i += 1) {
    const [a, b] = [region[i - 1] ?? 0, region[i] ?? 0];
    from[i] = a;
    if (streams.pair[i] !== NO_GROUP && a <= SPACE && b <= SPACE) typed[i] = a * TYPED.length + b;
  }
  for (const column of [pressResidual, gapResidual, releaseResidual])
    addGroupMeans(sheet, column, region, REGION_COUNT);
  for (const column of [pressResidual, gapResidual]) addGroupMeans(sheet, column, from, REGION_COUNT);
  const columns = [pressResidual, gapResidual, releaseResidual, holdBefore(streams), holdResidual, streams.rolled];
  for (const column of columns) addGroupMeans(sheet, column, typed, PAIRS.length);
}
