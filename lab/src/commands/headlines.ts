import { findRunnable } from "../experiments/index.ts";
import { LabError } from "../lab-error.ts";
import type { Figure } from "../metrics/bootstrap.ts";
import { createProgress, type Progress } from "../running/progress.ts";
import type { Row } from "../running/row.ts";
import { percent, plain } from "../running/summary.ts";
import { labSystems } from "../systems/index.ts";
import { chooseSystems, type RunFlags, seedOf } from "./options.ts";

/** A line of the README's table. */
interface Headline {
  readonly what: string;
  /** The data and the protocol in words; the people are counted. */
  readonly on: string;
  readonly experiment: string;
  readonly protocol: string;
  readonly system: string;
  readonly figure: string;
  readonly unit: "%" | "";
}

const free = { experiment: "monaco-free", figure: "eerPooled", unit: "%" } as const;
const sentence = { experiment: "aalto", figure: "eerPooled", unit: "%" } as const;
const followed = { experiment: "continuous-keystroke", system: "baseline" } as const;
const THREE = "three sittings enrolled, another day";
const taken = { experiment: "continuous-keystroke", system: "habitus", protocol: "monaco-trust" } as const;

/** What the README says, in its order. */
export const HEADLINES: readonly Headline[] = [
  {
    what: "`habitus`: equal error rate, 50 keystrokes",
    on: "Monaco free text, one sitting enrolled, another day",
    ...free,
    protocol: "sessions-1",
    system: "habitus",
  },
  { what: "the same", on: THREE, ...free, protocol: "sessions-3", system: "habitus" },
  {
    what: "... genuine probes rejected when 1 % of strangers pass",
    on: THREE,
    ...free,
    protocol: "sessions-3",
    system: "habitus",
    figure: "fnmrAtFmr1",
  },
  { what: "the same, 250 keystrokes", on: THREE, ...free, protocol: "sessions-3-P5", system: "habitus" },
  {
    what: "... genuine probes rejected when 1 % of strangers pass",
    on: THREE,
    ...free,
    protocol: "sessions-3-P5",
    system: "habitus",
    figure: "fnmrAtFmr1",
  },
  {
    what: "`habitus`: equal error rate, 50 keystrokes",
    on: "Aalto, five sentences enrolled, one sitting, learnt from other Aalto people",
    ...sentence,
    protocol: "M50-G5",
    system: "habitus",
  },
  { what: "the same, five probes together", on: "the same", ...sentence, protocol: "M50-G5-P5", system: "habitus" },
  {
    what: "the same, 50 keystrokes, with the background that is shipped",
    on: "the same, learnt from Monaco people",
    ...sentence,
    protocol: "M50-G5",
    system: "habitus-shipped",
  },
  {
    what: "`habitus`: keys until a take-over in a sitting is noticed, median",
    on: `Monaco free text, ${THREE}`,
    ...taken,
    figure: "medianKeysToDetection",
    unit: "",
  },
  { what: "... never noticed in 500 keys", on: "the same", ...taken, figure: "neverDetected", unit: "%" },
  {
    what: "... for this many false challenges per 10,000 keystrokes",
    on: "the same",
    ...taken,
    figure: "falseChallengesPer10000Keys",
    unit: "",
  },
  {
    what: "`habitus-fixed-text`: equal error rate per subject, one password",
    on: "CMU, the first 10 repetitions enrolled",
    experiment: "cmu",
    protocol: "n10",
    system: "habitus-fixed-text",
    figure: "eerPerSubject",
    unit: "%",
  },
  {
    what: "`habitus-pointer`: equal error rate, ten strokes of a mouse",
    on: "SapiMouse, three minutes enrolled, device and behaviour",
    experiment: "sapimouse",
    protocol: "strokes-10",
    system: "habitus-pointer",
    figure: "eerPooled",
    unit: "%",
  },
  {
    what: "the same, behaviour alone",
    on: "the same, 60 Hz and whole pixels",
    experiment: "sapimouse",
    protocol: "strokes-10-behaviour",
    system: "habitus-pointer",
    figure: "eerPooled",
    unit: "%",
  },
  {
    what: "`baseline`: equal error rate, 50 keystrokes",
    on: "Monaco free text, one sitting enrolled, another day",
    ...free,
    protocol: "sessions-1",
    system: "baseline",
  },
  { what: "the same", on: THREE, ...free, protocol: "sessions-3", system: "baseline" },
  {
    what: "the same, confidence as the tutorial printed it",
    on: THREE,
    ...free,
    protocol: "sessions-3",
    system: "baseline-printed",
  },
  {
    what: "`baseline`: keys until a take-over is noticed, median",
    on: "Aalto, the tutorial's threshold 0.7",
    ...followed,
    protocol: "aalto-tutorial",
    figure: "medianKeysToDetection",
    unit: "",
  },
  {
    what: "... for this many false challenges per hour of typing",
    on: "the same",
    ...followed,
    protocol: "aalto-tutorial",
    figure: "falseChallengesPerHour",
    unit: "",
  },
  {
    what: "take-overs never noticed, threshold set for one false challenge per hour",
    on: "the same",
    ...followed,
    protocol: "aalto-mean-of-ten-1-per-hour",
    figure: "neverDetected",
    unit: "%",
  },
];

/** Runs what the README's table of accuracy rests on and returns the table as Markdown. */
export async function headlines(
  flags: Pick<RunFlags, "data" | "test" | "background" | "seed">,
  progress: Progress = createProgress(),
): Promise<string> {
  const rows = new Map<string, readonly Row[]>();
  for (const name of new Set(HEADLINES.map(({ experiment }) => experiment))) {
    const own = HEADLINES.filter(({ experiment }) => experiment === name);
    const outcome = await findRunnable(name)?.run({
      folders: { data: flags.data, background: flags.background, test: flags.test },
      seed: seedOf(flags),
      systems: chooseSystems(labSystems, [...new Set(own.map(({ system }) => system))], name),
      progress,
      protocols: [...new Set(own.map(({ protocol }) => protocol))],
      onProtocol: async () => {},
      onScores: async () => {},
    });
    rows.set(name, outcome?.rows ?? []);
  }
  progress.done(`${HEADLINES.length} figures`);
  const lines = HEADLINES.map((one) => {
    const row = rows
      .get(one.experiment)
      ?.find(({ protocol, system }) => protocol === one.protocol && system === one.system);
    if (row === undefined) throw new LabError("usage", `${one.experiment} has no ${one.protocol} of ${one.system}.`);
    return `| ${one.what} | ${one.on}, ${row.subjects} people | ${shown(row[one.figure], one.unit)} |\n`;
  });
  return `| what | data, protocol | result |\n| --- | --- | --- |\n${lines.join("")}`;
}

function shown(figure: unknown, unit: Headline["unit"]): string {
  // Safe: the list names figures of rows only; anything else shows as such.
  const { value = null, low = null, high = null } = (figure ?? {}) as Partial<Figure>;
  const known = { value, low, high };
  return unit === "%" ? percent(known).replace(/^([\d.]+)/, "$1 %") : plain(known);
}
