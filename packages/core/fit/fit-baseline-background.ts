// Fits the people behind `drawBackground` and writes src/models/baseline-background.data.ts. The command: src/models/README.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPopulation, featureTable } from "../src/attacks/index.ts";
import { keystrokeTutorial } from "../src/features/keystroke/tutorial.ts";
import { TUTORIAL_FEATURES } from "../src/features/tutorial.ts";
import { fitTwoCovariance, type TwoCovariance } from "../src/models/two-covariance.ts";
import { readMonacoFreeText } from "./read-monaco.ts";

const KEYSTROKES = 50;
const SIMULATED = 200;
const SIMULATED_WINDOWS = 24;
const SIMULATION_SEED = 1607;
const SCRIPT = "packages/core/fit/fit-baseline-background.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, date: { type: "string" }, out: { type: "string" } },
});
if (values.data === undefined || values.date === undefined || values.out === undefined) {
  console.error("usage: fit-baseline-background --data DIR --date YYYY-MM-DD --out FILE (see src/models/README.md)");
  process.exit(2);
}

const monaco = readMonacoFreeText(join(values.data, "monaco/free_text.csv.gz"));
const typists = [...monaco.people.values()].map((sessions) =>
  sessions.flatMap((keys) => {
    const rows: number[][] = [];
    for (let i = 0; i + KEYSTROKES <= keys.length; i += KEYSTROKES) {
      const row = new Float64Array(6);
      keystrokeTutorial(keys.slice(i, i + KEYSTROKES), row, 0);
      rows.push(Array.from(row.subarray(0, 4), Math.log));
    }
    return rows;
  }),
);

const POINTER_FIRST = TUTORIAL_FEATURES.indexOf("mouse_distance_mean");
const pointers = createPopulation(SIMULATED, SIMULATION_SEED).map((person) =>
  featureTable([person], SIMULATED_WINDOWS).map(({ values: row }) =>
    row.slice(POINTER_FIRST, POINTER_FIRST + 4).map(Math.log),
  ),
);

const keystroke = {
  features: ["iki_mean", "iki_std", "hold_mean", "hold_std"],
  ...rounded(fitTwoCovariance(typists)),
  provenance: {
    source: "Monaco free text, file free_text.csv of github.com/vmonaco/pohmm-keystroke",
    citation: "J. V. Monaco and C. C. Tappert, arXiv:1607.03854 (2016)",
    licence: "BSD-3-Clause",
    people: typists.length,
    windows: typists.reduce((sum, rows) => sum + rows.length, 0),
    window: `${KEYSTROKES} keystrokes, not overlapping`,
    sha256: monaco.sha256,
    date: values.date,
    script: SCRIPT,
    limits: "clock of 15.6 ms, 500 keystrokes a session, pauses over 60 s left out by its authors",
  },
};
const pointer = {
  features: ["mouse_distance_mean", "mouse_distance_std", "mouse_speed_mean", "mouse_speed_std"],
  ...rounded(fitTwoCovariance(pointers)),
  provenance: {
    source: `simulated people of @habitus/core/attacks, seed ${SIMULATION_SEED}`,
    people: pointers.length,
    windows: pointers.reduce((sum, rows) => sum + rows.length, 0),
    window: "200 moves, not overlapping",
    date: values.date,
    script: SCRIPT,
    limits: "weak: nobody real moved a mouse for this; see attacks/README.md for how near the simulated people come",
  },
};

writeFileSync(
  values.out,
  `// Written by ${SCRIPT}: do not edit.\n\n/** Means and covariances of natural logarithms (ms, px, px/s). */\nexport const BASELINE_BACKGROUND = ${JSON.stringify({ version: 1, keystroke, pointer }, null, 2)};\n`,
);

function rounded({ mean, between, within }: TwoCovariance): TwoCovariance {
  const round = (row: readonly number[]): number[] => row.map((value) => Number(value.toPrecision(6)));
  return { mean: round(mean), between: between.map(round), within: within.map(round) };
}
