import { type FacetName, type FeatureSet, factsOfUsage, usage, usageWindow } from "@habitus/core";
import { createPopulation, usageSittings } from "@habitus/core/attacks";
import { fixedBackground } from "../protocols/background.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { compareSupporting } from "../running/compare-supporting.ts";
import { type Judged, judge } from "../running/row.ts";
import { checkNames, differences, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const PEOPLE = 100;
const ENROLLED = 8;
const PROBES = 4;
const OTHERS = 20;
const MINUTES = 5;
const FROM = Date.UTC(2026, 2, 2);
/** Far from those whom the shipped background was fitted on: other people, and not the first of their seed. */
const PEOPLE_SEED = 90_000;
const SIMULATED =
  "SIMULATED people: no public set of device usage exists; this says that the model runs and is calibrated for how its makers imagine people to differ, not how well it recognises anybody";
const PLACE: ReadonlySet<FacetName> = new Set(["timeZone", "language", "country", "network"]);
const DEVICE: ReadonlySet<FacetName> = new Set(["screen", "pointerType", "scrollDevice"]);

interface Kind {
  readonly name: string;
  readonly note: string;
  readonly leaves: (facet: FacetName) => boolean;
  /** Facts of a sitting that are judged; undefined: all of them. */
  readonly facts?: number;
}
const KINDS: readonly Kind[] = [
  { name: "sitting", note: "all facts of a sitting of 5 minutes", leaves: () => true },
  { name: "without-place", note: "the same without where from", leaves: (facet) => !PLACE.has(facet) },
  {
    name: "behaviour",
    note: "the same without where from and without the device",
    leaves: (facet) => !PLACE.has(facet) && !DEVICE.has(facet),
  },
  {
    name: "first-12-facts",
    note: "circumstances and the first facts of a sitting, 12 in all",
    leaves: () => true,
    facts: 12,
  },
];

/** How simulated people use a device. */
export const usageExperiment: Runnable = {
  name: "usage",
  title: "Device usage (simulated people)",
  async run({ seed, protocols, progress, onScores }) {
    const wanted = checkNames(
      KINDS.map(({ name }) => name),
      protocols,
    );
    progress.at(0, "usage: simulating");
    const people = createPopulation(PEOPLE, PEOPLE_SEED + seed).map((person) => ({
      name: person.id,
      sittings: usageSittings(person, { sittings: ENROLLED + PROBES, minutes: MINUTES, seed, from: FROM }),
    }));
    const judged: Judged[] = [];
    for (const kind of KINDS.filter(({ name }) => wanted.includes(name))) {
      progress.at(judged.length / KINDS.length, `usage: ${kind.name}`);
      const { leaves, facts } = kind;
      const raw = compareSupporting(usage, people, {
        enrolled: ENROLLED,
        others: OTHERS,
        enrolOf: (sets) => reduce(sets, leaves),
        judgeOf: (sets) => reduce(sets, leaves, facts),
      });
      await onScores(usage.name, kind.name, raw);
      judged.push(judge(raw, { protocol: protocolOf(kind), system: usage, seed }));
    }
    return {
      rows: judged.map(({ row }) => ({ ...row, simulated: true })),
      data: [
        {
          name: `simulated people (createPopulation(${PEOPLE}, ${PEOPLE_SEED + seed}), usageSittings)`,
          sha256: "",
          subjects: PEOPLE,
          recordings: PEOPLE * (ENROLLED + PROBES),
          dropped: {},
          files: {},
        },
      ],
      differences: differences(judged),
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

/** Returns the windows with only these facets, and so many facts at most. */
function reduce(
  sets: readonly FeatureSet[],
  leaves: Kind["leaves"],
  facts = Number.POSITIVE_INFINITY,
): readonly FeatureSet[] {
  let left = facts;
  return sets.flatMap((set) => {
    const kept = factsOfUsage(set)
      .filter(({ facet }) => leaves(facet))
      .slice(0, left);
    left -= kept.length;
    return kept.length === 0 ? [] : [usageWindow(kept, set.startedAt, set.endedAt)];
  });
}

function protocolOf({ name, note }: Kind): Protocol {
  return {
    name,
    note: `${SIMULATED}; enrolled from ${ENROLLED} sittings, ${PROBES} later ones compared, ${OTHERS} other people's; ${note}`,
    claims: [],
    background: fixedBackground([], "background: the shipped one, fitted on other simulated people of the same makers"),
    windows: SENTENCE_WINDOWS,
    left: {},
  };
}
