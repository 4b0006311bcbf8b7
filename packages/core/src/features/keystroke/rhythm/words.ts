import { Gathered, type Sheet } from "./sheet.ts";
import { NO_GROUP, SPACE, type TypingStreams } from "./typing-streams.ts";

const PLACES = ["start", "end", "inside"];
const PAUSES_MS = [250, 500, 1000];

export const wordNames: readonly string[] = [
  ...PLACES.flatMap((place) =>
    ["press", "gap"].flatMap((what) => [`word.${place}.${what}.mean`, `word.${place}.${what}.spread`]),
  ),
  ...PAUSES_MS.map((ms) => `pause.${ms}`),
  "word.second.press",
];

/** Where in a word: its start, its end, inside; and how often somebody pauses. */
export function wordFamily(streams: TypingStreams, sheet: Sheet): void {
  const { region, pressResidual, gapResidual, count, sincePress, pair } = streams;
  const gathered = new Gathered(count);
  const letter = (i: number): boolean => (region[i] ?? SPACE) < SPACE;
  const space = (i: number): boolean => region[i] === SPACE;
  const start = (i: number): boolean => space(i - 1) && letter(i);
  const inside = (i: number): boolean => letter(i - 1) && letter(i);
  for (const place of [start, (i: number) => letter(i - 1) && space(i), inside])
    for (const column of [pressResidual, gapResidual]) {
      gathered.clear();
      for (let i = 1; i < count; i += 1) if (place(i)) gathered.add(column[i] ?? Number.NaN);
      sheet.add(gathered.mean());
      sheet.add(gathered.logStd());
    }
  for (const ms of PAUSES_MS) {
    let pauses = 0;
    for (let i = 1; i < count; i += 1) if ((sincePress[i] ?? 0) > ms) pauses += 1;
    sheet.add(Math.sqrt(pauses / Math.max(1, count - 1)));
  }
  gathered.clear();
  for (let i = 2; i < count; i += 1)
    if (inside(i) && start(i - 1) && pair[i - 1] !== NO_GROUP) gathered.add(pressResidual[i] ?? Number.NaN);
  sheet.add(gathered.mean());
}

export const dynamicsNames: readonly string[] = [
  "together.hold.holdBefore",
  "together.press.pressBefore",
  "together.hold.press",
  "together.holdBefore.press",
  "together.holdBefore.release",
  "together.place.press",
];

/** What goes together: correlations inside the window, of five values or more. */
export function dynamicsFamily(streams: TypingStreams, sheet: Sheet): void {
  const { holdResidual: hold, pressResidual: press, releaseResidual: release, count } = streams;
  const column = (values: Float64Array, back: number) => (i: number) => values[i - back] ?? Number.NaN;
  const pairs: [(i: number) => number, (i: number) => number][] = [
    [column(hold, 0), column(hold, 1)],
    [column(press, 0), column(press, 1)],
    [column(hold, 0), column(press, 0)],
    [column(hold, 1), column(press, 0)],
    [column(hold, 1), column(release, 0)],
    [(i) => i, column(press, 0)],
  ];
  for (const [a, b] of pairs) sheet.add(correlation(count, a, b));
}

function correlation(count: number, a: (i: number) => number, b: (i: number) => number): number {
  let [n, sa, sb] = [0, 0, 0];
  for (let i = 1; i < count; i += 1) {
    if (Number.isNaN(a(i)) || Number.isNaN(b(i))) continue;
    n += 1;
    sa += a(i);
    sb += b(i);
  }
  if (n < 5) return Number.NaN;
  let [aa, ab, bb] = [0, 0, 0];
  for (let i = 1; i < count; i += 1) {
    const [x, y] = [a(i) - sa / n, b(i) - sb / n];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    aa += x * x;
    ab += x * y;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb + 1e-3);
}
