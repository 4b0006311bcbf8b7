// Fits how people in general touch a screen, on simulated people, and writes src/models/shipped-touch.data.ts. The command: src/models/README.md.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createTouchers, touchSession } from "../src/attacks/index.ts";
import { noTouch, readTouch } from "../src/features/touch/read-touch.ts";
import { fitTouch } from "../src/fit/fit-touch.ts";

const PEOPLE = 150;
const SEED = 8117;
const DAYS = [1, 3, 4, 8];
const DAY = 86_400_000;
const SCRIPT = "packages/core/fit/fit-shipped-touch.ts";

const { values } = parseArgs({ options: { date: { type: "string" }, out: { type: "string" } } });
if (values.date === undefined || values.out === undefined) {
  console.error("usage: fit-shipped-touch --date YYYY-MM-DD --out FILE (see src/models/README.md)");
  process.exit(2);
}
const people = createTouchers(PEOPLE, SEED).map((habits) => ({
  sittings: DAYS.map(
    (day) => readTouch(noTouch(), touchSession(habits, { startAt: day * DAY, durationMs: 180_000, seed: day })).sets,
  ),
}));
const { features, worth } = fitTouch(people, "");
const provenance = {
  data: `people who do not exist (createTouchers(${PEOPLE}, ${SEED})): weak`,
  people: PEOPLE,
  sittings: DAYS.length,
  windows: people.reduce((sum, { sittings }) => sum + sittings.flat().length, 0),
  fittedAt: values.date,
  script: SCRIPT,
};
writeFileSync(
  values.out,
  `// Written by ${SCRIPT}: see README.md.
import type { TouchModel } from "../comparison/touch/touch-model.ts";

export const SHIPPED_TOUCH_PROVENANCE = ${JSON.stringify(provenance, null, 1)} as const;

export const SHIPPED_TOUCH: Pick<TouchModel, "features" | "worth"> = ${JSON.stringify({ features: features.map((one) => one ?? null), worth }, null, 1).replaceAll("null", "undefined")};
`,
);
console.log(`${provenance.windows} windows, worth ${worth}`);
