import { Gathered, type Sheet } from "./sheet.ts";
import { SPACE, type TypingStreams } from "./typing-streams.ts";

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];
const RESIDUALS = ["holdResidual", "pressResidual", "gapResidual", "releaseResidual"] as const;
const TIMES = ["hold", "press", "gap", "release"] as const;
const TYPING_MS = 1500;

export const levelNames: readonly string[] = [
  ...RESIDUALS.flatMap((name) => [`${name}.mean`, `${name}.spread`, ...QUANTILES.map((q) => `${name}.q${q * 100}`)]),
  ...TIMES.flatMap((name) => QUANTILES.map((q) => `${name}.q${q * 100}`)),
  "typing.press.mean",
  "typing.press.spread",
  "typing.gap.mean",
  "typing.gap.spread",
  "typing.hold.spread",
];

/** How long, how even: means, spreads and quantiles over the whole window. */
export function levelFamily(streams: TypingStreams, sheet: Sheet): void {
  const gathered = new Gathered(streams.count);
  for (const name of RESIDUALS) {
    gather(gathered.clear(), streams[name]);
    sheet.add(gathered.mean());
    sheet.add(gathered.logStd());
    for (const q of QUANTILES) sheet.add(gathered.quantile(q));
  }
  for (const name of TIMES) {
    gather(gathered.clear(), streams[name]);
    for (const q of QUANTILES) sheet.add(gathered.quantile(q));
  }
  for (const name of ["pressResidual", "gapResidual"] as const) {
    gathered.clear();
    for (let i = 1; i < streams.count; i += 1) if (isTyping(streams, i)) gathered.add(streams[name][i] ?? Number.NaN);
    sheet.add(gathered.mean());
    sheet.add(gathered.logStd());
  }
  gathered.clear();
  for (let i = 0; i < streams.count; i += 1)
    if ((streams.region[i] ?? 0) <= SPACE) gathered.add(streams.holdResidual[i] ?? Number.NaN);
  sheet.add(gathered.logStd());
}

/** Whether both keys of the pair that ends here are letters or space, in the flow of typing (1.5 s). */
export function isTyping({ region, sincePress }: TypingStreams, i: number): boolean {
  return i > 0 && (region[i - 1] ?? 0) <= SPACE && (region[i] ?? 0) <= SPACE && (sincePress[i] ?? 0) < TYPING_MS;
}

function gather(gathered: Gathered, column: Float64Array): void {
  for (const value of column) gathered.add(value);
}
