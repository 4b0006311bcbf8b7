import { createHash } from "node:crypto";
import { type Background, encodeBackground, type FeatureSet, HABITUS_WINDOWS, rhythmExtractor } from "@habitus/core";
import { fitPlda, type WindowsTable, WindowsTableBuilder } from "@habitus/core/fit";
import type { OwnPeople } from "./fit-own.ts";
import { typingOf } from "./sittings.ts";

/** People, each their sittings, each its feature sets. */
export type OwnSittings = readonly (readonly (readonly FeatureSet[])[])[];

const UNIT = HABITUS_WINDOWS.keystrokes;
/** As many as `habitus background fit` keeps. */
const DIMENSIONS = 144;
const FEATURES = 760;

/** Returns what these people in general type like. Throws a `RangeError` for fewer than 8 people with two windows each. */
export function fitOwnTyping(people: OwnSittings, { application, date, software, onProgress }: OwnPeople): Background {
  const { table: built, typists, sittings } = tableOf(people);
  const model = fitPlda(built, {
    id: "unnamed",
    extractor: `${rhythmExtractor.name}@${rhythmExtractor.version}`,
    unit: UNIT,
    dimensions: DIMENSIONS,
    features: FEATURES,
    onProgress,
  });
  const provenance = {
    data: [{ name: `subjects of ${application}`, terms: "the consent of each" }],
    people: typists,
    windows: built.subject.length,
    furtherSittings: sittings - typists,
    fittedAt: date,
    software,
    note: "Learnt from the stored feature sets of a service's own people.",
  };
  const digest = createHash("sha256").update(encodeBackground({ provenance, model })).digest("hex").slice(0, 8);
  return { provenance, model: { ...model, id: `own-${typists}-${digest}` } };
}

/** Returns the windows of typing of these people as a table, with the numbers of people and of sittings in it. */
export function tableOf(people: OwnSittings): {
  readonly table: WindowsTable;
  readonly typists: number;
  readonly sittings: number;
} {
  const typing = people.map((sittings) => sittings.map(typingOf).filter(({ length }) => length > 0));
  const typists = typing.filter(({ length }) => length > 0);
  const table = new WindowsTableBuilder(rhythmExtractor.featureNames.length);
  let sitting = 0;
  for (const [subject, sittings] of typists.entries()) {
    for (const sets of sittings) {
      for (const { values, keystrokes } of sets)
        table.add(values, { subject, sitting, population: 0, size: keystrokes / UNIT });
      sitting += 1;
    }
  }
  return { table: table.build(), typists: typists.length, sittings: sitting };
}
