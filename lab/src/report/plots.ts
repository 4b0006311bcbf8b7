import type { DetectionCurve } from "../experiments/runnable.ts";
import type { Drawing } from "../running/row.ts";
import { linear, type Scale, svg } from "./chart.ts";

const RATES = [0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99];

function rateAxis(label: string): Scale {
  return {
    kind: "deviate",
    low: 0.0005,
    high: 0.995,
    ticks: RATES,
    label,
    format: (x) => `${Number((100 * x).toPrecision(3))}`,
  };
}

/** Detection error trade-off: both error rates on normal-deviate axes, lower left is better. */
export function detPlot(drawings: readonly Drawing[], colourOf: (system: string) => number): string {
  return svg({
    title: "Detection error trade-off",
    x: rateAxis("false match rate %"),
    y: rateAxis("false non-match rate %"),
    series: [
      {
        name: "equal error rate",
        colour: 7,
        style: "dashed",
        points: [
          [0.0005, 0.0005],
          [0.995, 0.995],
        ],
      },
      ...drawings.map(({ system, det }) => ({
        name: system,
        colour: colourOf(system),
        style: "line" as const,
        points: det,
      })),
    ],
  });
}

/** Unnormalised counts of scores, mated and non-mated; the axis is logarithmic, since there are far more non-mated ones. */
export function countPlot({ system, counts }: Drawing): string {
  const shown = (values: readonly number[]): [number, number][] =>
    values.map((value, i) => [counts.edges[i] ?? 0, Math.max(value, 0.5)]);
  const highest = Math.max(2, ...counts.mated, ...counts.nonMated);
  const ticks = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].filter((tick) => tick <= highest);
  return svg({
    title: `${system}: counts`,
    legend: true,
    x: scoreAxis(counts),
    y: { kind: "log", low: 0.5, high: highest, ticks, label: "comparisons", format: (x) => x.toLocaleString("en") },
    series: [
      { name: "others", colour: 1, style: "bars", points: shown(counts.nonMated) },
      { name: "mated", colour: 0, style: "steps", points: outline(shown(counts.mated), counts) },
    ],
  });
}

/** Densities of scores: both kinds have the same area, so that their overlap is seen. */
export function densityPlot({ system, counts }: Drawing): string {
  const shares = (values: readonly number[]): [number, number][] => {
    const all = values.reduce((sum, value) => sum + value, 0) || 1;
    return values.map((value, i) => [counts.edges[i] ?? 0, (100 * value) / all]);
  };
  const [mated, others] = [shares(counts.mated), shares(counts.nonMated)];
  const axis = linear(
    [...mated, ...others].map(([, share]) => share),
    "share of its kind %",
    0,
  );
  return svg({
    title: `${system}: densities`,
    legend: true,
    x: scoreAxis(counts),
    y: axis,
    series: [
      { name: "others", colour: 1, style: "bars", points: others },
      { name: "mated", colour: 0, style: "steps", points: outline(mated, counts) },
    ],
  });
}

function scoreAxis({ edges }: Drawing["counts"]): Scale {
  return linear(edges, "score (higher = more likely the subject)", edges[0]);
}

/** Bins as one line: the last one reaches to the last edge. */
function outline(bins: readonly (readonly [number, number])[], { edges }: Drawing["counts"]): [number, number][] {
  const last = bins.at(-1)?.[1] ?? 0;
  return [...bins.map(([x, y]): [number, number] => [x, y]), [edges.at(-1) ?? 0, last]];
}

/** What the llr says against what it turned out to be worth; the diagonal is honest. */
export function calibrationPlot(drawings: readonly Drawing[], colourOf: (system: string) => number): string {
  const bound = 8;
  const axis = { kind: "linear" as const, low: -bound, high: bound, ticks: [-8, -4, 0, 4, 8], format: String };
  return svg({
    title: "Calibration",
    x: { ...axis, label: "stated llr (nats)" },
    y: { ...axis, label: "observed llr (nats)" },
    series: [
      {
        name: "honest",
        colour: 7,
        style: "dashed",
        points: [
          [-bound, -bound],
          [bound, bound],
        ],
      },
      ...drawings.flatMap(({ system, calibration }) => {
        const points = calibration.map(({ stated, observed }) => [stated, observed] as const);
        const colour = colourOf(system);
        return [
          { name: system, colour, style: "line" as const, points },
          { name: system, colour, style: "dots" as const, points },
        ];
      }),
    ],
  });
}

/** FNMR of each subject at the pooled FMR of 1 %, subjects sorted by it: how unequally the errors fall. */
export function subjectPlot(drawings: readonly Drawing[], colourOf: (system: string) => number): string {
  const lists = drawings.map(({ system, subjects }) => ({
    system,
    rates: subjects
      .map(({ fnmr }) => fnmr)
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
  }));
  return svg({
    title: "FNMR subject by subject (at FMR 1 %)",
    x: { ...linear([0, 100], "share of subjects %", 0) },
    y: { ...linear([0, 100], "false non-match rate %", 0) },
    series: lists.map(({ system, rates }) => ({
      name: system,
      colour: colourOf(system),
      style: "steps",
      // Each subject has a step as wide as its share; the line ends at the right edge.
      points: [...rates, ...rates.slice(-1)].map((rate, i) => [(100 * i) / rates.length, 100 * rate] as const),
    })),
  });
}

/** Share of take-overs detected by then. */
export function detectionPlot(curves: readonly DetectionCurve[], colourOf: (system: string) => number): string {
  const unit = curves[0]?.unit ?? "actions";
  return svg({
    title: "Take-overs detected",
    x: linear(
      curves.flatMap(({ points }) => points.map(([at]) => at)),
      `${unit} since the take-over`,
      0,
    ),
    y: linear([0, 100], "detected %", 0),
    series: curves.map(({ system, points }) => ({
      name: system,
      colour: colourOf(system),
      style: "steps",
      points: points.map(([at, share]) => [at, 100 * share] as const),
    })),
  });
}
