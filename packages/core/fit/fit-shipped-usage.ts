// Fits how people in general use a device, on simulated people, and writes src/models/shipped-usage.data.ts. The command: src/models/README.md.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createPopulation } from "../src/attacks/index.ts";
import { usageSittings } from "../src/attacks/usage-sittings.ts";
import { fitUsage } from "../src/fit/fit-usage.ts";

const PEOPLE = 150;
const SEED = 4711;
const SITTINGS = 12;
const MINUTES = 5;
const SCRIPT = "packages/core/fit/fit-shipped-usage.ts";

const { values } = parseArgs({ options: { date: { type: "string" }, out: { type: "string" } } });
if (values.date === undefined || values.out === undefined) {
  console.error("usage: fit-shipped-usage --date YYYY-MM-DD --out FILE (see src/models/README.md)");
  process.exit(2);
}
const from = Date.UTC(2026, 0, 5);
const people = createPopulation(PEOPLE, SEED).map((person) => ({
  sittings: usageSittings(person, { sittings: SITTINGS, minutes: MINUTES, seed: 1, from }),
}));
const windows = people.reduce((sum, { sittings }) => sum + sittings.flat().length, 0);
const { facets } = fitUsage(people, "");
const provenance = {
  data: `people who do not exist (createPopulation(${PEOPLE}, ${SEED})): weak`,
  people: PEOPLE,
  sittings: SITTINGS,
  windows,
  fittedAt: values.date,
  script: SCRIPT,
};
writeFileSync(
  values.out,
  `// Written by ${SCRIPT}: see README.md.
import type { UsageModel } from "../comparison/usage/usage-model.ts";

export const SHIPPED_USAGE_PROVENANCE = ${JSON.stringify(provenance, null, 1)} as const;

export const SHIPPED_USAGE: UsageModel["facets"] = ${JSON.stringify(facets, null, 1)};
`,
);
console.log(JSON.stringify(facets));
