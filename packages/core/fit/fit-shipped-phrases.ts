// Fits how the traits of a typed phrase weigh and writes src/models/shipped-phrases.data.ts. From the root of the repository:
// npx esbuild packages/core/fit/fit-shipped-phrases.ts --bundle --platform=node --format=esm --log-level=warning \
//   | node --input-type=module - --data DIR --date 2026-11-21 --out packages/core/src/models/shipped-phrases.data.ts
// npx biome check --write packages/core/src/models
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { KeyZone } from "../src/events/key-zone.ts";
import type { Keystroke } from "../src/events/segment.ts";
import { phraseOfKeys } from "../src/features/fixed-text/phrase-of-keys.ts";
import { fitFixedText, type Repetitions } from "../src/fit/fit-fixed-text.ts";
import { groupRows, readTable } from "./read-table.ts";

const SCRIPT = "packages/core/fit/fit-shipped-phrases.ts";
const { values } = parseArgs({
  options: { data: { type: "string" }, date: { type: "string" }, out: { type: "string" } },
});
if (values.data === undefined || values.date === undefined || values.out === undefined) {
  console.error("usage: fit-shipped-phrases --data DIR --date YYYY-MM-DD --out FILE, DIR holds monaco/");
  process.exit(2);
}
const folder = values.data;
// Columns: person, session, key, press, release (ms).
const sets = [
  { file: "monaco/keypad.csv.gz", columns: [0, 1, 5, 2, 3] },
  { file: "monaco/mobile.csv.gz", columns: [0, 1, 2, 3, 4] },
];
const groups = sets.map(({ file, columns }) => peopleOf(join(folder, file), columns));
const { practice: _, id, weightings } = fitFixedText(groups, { id: "shipped-phrases@1" });

const round = (value: number): number => Number(value.toPrecision(6));
const rounded = weightings.map(({ samples, offset, weights, usual }) => ({
  samples,
  offset: round(offset),
  weights: weights.map(round),
  usual: usual.map(round),
}));
const provenance = {
  source: "Monaco keypad and mobile, files keypad.csv and mobile.csv of github.com/vmonaco/pohmm-keystroke",
  citation: "J. V. Monaco and C. C. Tappert, arXiv:1607.03854 (2016)",
  licence: "BSD-3-Clause",
  people: groups.map((people) => people.length),
  repetitions: groups.flat(2).length,
  sha256: sets.map(({ file }) =>
    createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex"),
  ),
  date: values.date,
  script: SCRIPT,
};
writeFileSync(
  values.out,
  `// Written by ${SCRIPT}: do not edit.\n\n/** How the traits of a typed phrase weigh, in the order of PHRASE_TRAITS. */\nexport const SHIPPED_PHRASES = ${JSON.stringify({ id, weightings: rounded, provenance }, null, 2)};\n`,
);

function peopleOf(file: string, columns: readonly number[]): Repetitions[] {
  const rows = readTable(file, ",").map((fields): readonly [string, string, Keystroke] => {
    const [person = "", session = "", name = "", press = "", release = ""] = columns.map((column) => fields[column]);
    return [person, session, { zone: zoneOf(name), pressAt: Number(press), releaseAt: Number(release) }];
  });
  return [...groupRows(rows).values()].map((sessions) =>
    [...sessions]
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([, keys]) => phraseOfKeys(keys.sort((left, right) => left.pressAt - right.pressAt)))
      .filter((phrase) => phrase.kind === "phrase"),
  );
}

function zoneOf(name: string): KeyZone {
  return /\d$/.test(name) ? "digit" : "enter";
}
