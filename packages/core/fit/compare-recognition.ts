// Prints how well the baseline tells simulated people apart, and recorded ones: if the former were much easier, they would prove nothing.
// From the root of the repository:
// npx esbuild packages/core/fit/compare-recognition.ts --bundle --platform=node --format=esm --log-level=warning | node --input-type=module - --data DIR
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPopulation, featureTable } from "../src/attacks/index.ts";
import type { FeatureSet } from "../src/features/extractor.ts";
import { keystrokeTutorial } from "../src/features/keystroke/tutorial.ts";
import { pointerTutorial } from "../src/features/pointer/tutorial.ts";
import { fromTutorialRow } from "../src/features/tutorial.ts";
import { createRandom } from "../src/math/random.ts";
import { moments } from "../src/math/stats.ts";
import { baseline } from "../src/systems/baseline.ts";
import { readMonacoFreeText } from "./read-monaco.ts";
import { readSapiMouse } from "./read-sapimouse.ts";

const { values } = parseArgs({ options: { data: { type: "string" } } });
if (values.data === undefined) {
  console.error("usage: compare-recognition --data DIR, a folder with monaco/ and sapimouse/");
  process.exit(2);
}

const SUBJECTS = 30;
const SAMPLES = 40;
const TRAINING_SHARE = 0.6;
const MINIMUM_SAMPLES = 36;
const NONE = [0, 0, 0, 0, 0, 0];

const simulated = createPopulation(55, 11).map((person) =>
  featureTable([person], SAMPLES).map(({ values: row }) => row),
);
report(
  "simulated, typing",
  simulated.map((rows) => rows.map((row) => [...row.slice(0, 6), ...NONE])),
);
report(
  "Monaco, typing",
  [...readMonacoFreeText(join(values.data, "monaco/free_text.csv.gz")).people.values()].map((sessions) =>
    sessions.flatMap((keys) => windows(keys, keystrokeTutorial, { size: 50, offset: 0 })),
  ),
);
report(
  "simulated, pointing",
  simulated.map((rows) => rows.map((row) => [...NONE, ...row.slice(6)])),
);
report(
  "SapiMouse, pointing",
  [...readSapiMouse(join(values.data, "sapimouse/sapimouse.csv.gz")).values()].map((sessions) =>
    ["session_3min", "session_1min"].flatMap((name) =>
      windows(sessions.get(name) ?? [], pointerTutorial, { size: 200, offset: 6 }),
    ),
  ),
);

function windows<Item>(
  items: readonly Item[],
  extract: (window: readonly Item[], into: Float64Array, offset: number) => void,
  { size, offset }: { readonly size: number; readonly offset: number },
): number[][] {
  return Array.from({ length: Math.floor(items.length / size) }, (_, i) => {
    const row = new Float64Array(12);
    extract(items.slice(i * size, (i + 1) * size), row, offset);
    return Array.from(row);
  });
}

/** The first three fifths of everybody's windows enrol or are background; the rest are probes. Impostors are seen ones. */
function report(title: string, tables: readonly (readonly (readonly number[])[])[]): void {
  const people = tables
    .filter((rows) => rows.length >= MINIMUM_SAMPLES)
    .map((rows) => rows.map((row, i) => fromTutorialRow(row, i * 1000, i * 1000 + 999)));
  const training = people.map((sets) => sets.slice(0, Math.floor(TRAINING_SHARE * sets.length)));
  const probes = people.map((sets, i) => sets.slice(training[i]?.length));
  const areas = people.slice(0, SUBJECTS).flatMap((_, subject) => {
    const background = training.flatMap((sets, other) => (other === subject ? [] : sets));
    const enrolment = baseline.enrol(training[subject] ?? [], { background, random: createRandom(subject), now: 0 });
    if (enrolment.kind === "failureToEnrol") return [];
    const score = (probe: FeatureSet): number[] => {
      const evidence = baseline.compare(enrolment.reference, probe);
      return evidence.kind === "evidence" ? [evidence.score] : [];
    };
    const others = probes.flatMap((sets, other) => (other === subject ? [] : sets));
    return [area((probes[subject] ?? []).flatMap(score), others.flatMap(score))];
  });
  console.log(
    `${title}: AUC ${moments(areas).mean.toFixed(3)}, mean of ${areas.length} subjects among ${people.length}`,
  );
}

/** Returns the share of pairs in which the mated score is the higher one; ties count half. */
function area(mated: readonly number[], nonMated: readonly number[]): number {
  let won = 0;
  for (const own of mated) for (const other of nonMated) won += own > other ? 1 : own === other ? 0.5 : 0;
  return won / (mated.length * nonMated.length);
}
