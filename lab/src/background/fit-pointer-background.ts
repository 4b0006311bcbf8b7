import { createHash } from "node:crypto";
import { encodePointerBackground, POINTING_WINDOWS, type PointerBackground, strokesExtractor } from "@habitus/core";
import { createPopulation, session } from "@habitus/core/attacks";
import { fitPointerArms, pointerTable, RECORDED_POINTER_WEIGHT, type Sittings } from "@habitus/core/fit";
import { datasets } from "../datasets/index.ts";
import { type DataStatement, load } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import { bySubject } from "../protocols/protocol.ts";
import { featureCache, setsOfEvents } from "../systems/windows.ts";

/** Instead of a data set: the made-up people of Habitus itself. */
export const SIMULATED_PEOPLE = "simulated-people";
/** What backgrounds of pointers can be learnt from. */
export const POINTER_SETS: readonly string[] = ["sapimouse", "balabit", SIMULATED_PEOPLE];

/** More would challenge real people. */
const WEAK_WEIGHT = 0.2;
const SIMULATED = 160;
const SIMULATED_SITTINGS = 3;
const SIMULATED_MS = 90_000;
const DAY_MS = 86_400_000;

export interface FitPointerOptions {
  /** Folder with the data sets. */
  readonly data: string | undefined;
  readonly sets: readonly string[];
  /** A set of recorded people to calibrate on, where those learnt from are made up. */
  readonly calibrateOn: string | undefined;
  readonly dimensions: number;
  readonly seed: number;
  /** ISO 8601 date for the provenance. */
  readonly date: string;
  readonly software: string;
  readonly onProgress: (share: number, message: string) => void;
}

/** Learns how people in general move a mouse. The same data and options give the same background, byte by byte. */
export async function fitPointerBackground(options: FitPointerOptions): Promise<PointerBackground> {
  const { sets, onProgress, data } = options;
  const statements: Pick<DataStatement, "name" | "sha256">[] = [];
  const populations: Sittings[][] = [];
  for (const [i, name] of sets.entries()) {
    onProgress((0.3 * i) / sets.length, `reading ${name}`);
    if (name === SIMULATED_PEOPLE) {
      statements.push({ name, sha256: "" });
      populations.push(simulatedPeople(options.seed));
      continue;
    }
    const { statement, people } = await recorded(name, data);
    statements.push(statement);
    populations.push(people);
  }
  const judges = options.calibrateOn === undefined ? undefined : await recorded(options.calibrateOn, data);
  const table = pointerTable(populations);
  const people = new Set(table.subject).size;
  const arms = fitPointerArms(table, {
    id: "unnamed",
    dimensions: options.dimensions,
    calibrateOn: judges && pointerTable([judges.people]),
    onProgress: (share) => onProgress(0.3 + 0.7 * share, "learning"),
  });
  const simulated = sets.includes(SIMULATED_PEOPLE);
  const provenance = {
    data: statements.map(({ name, sha256 }) => ({
      name,
      terms: datasets.find((one) => one.name === name)?.terms ?? "made up by Habitus, no terms",
      ...(sha256 !== "" && { sha256 }),
    })),
    people,
    windows: table.subject.length,
    furtherSittings: new Set(table.sitting).size - people,
    fittedAt: options.date,
    software: options.software,
    note: simulated
      ? `WEAK: nobody real moved a mouse for it. Fit one on recorded people. ${judges === undefined ? "Not calibrated on recorded people either: of those it says far too much." : `Calibrated on ${judges.people.length} recorded people (${judges.statement.name}), so that it says little.`}`
      : "Mice only. One person per device: what is person and what is device is told apart by rule, not by data.",
  };
  const none = { data: [], people, windows: 0, furtherSittings: 0, fittedAt: "", software: "", note: "" };
  const digest = createHash("sha256")
    .update(encodePointerBackground({ provenance: none, arms, weight: 1 }))
    .digest("hex")
    .slice(0, 8);
  const id = `${sets.join("+")}-${people}-${digest}`;
  return {
    provenance,
    weight: simulated ? WEAK_WEIGHT : RECORDED_POINTER_WEIGHT,
    arms: { full: { ...arms.full, id: `${id}.full` }, behaviour: { ...arms.behaviour, id: `${id}.behaviour` } },
  };
}

async function recorded(
  name: string,
  data: string | undefined,
): Promise<{ readonly statement: DataStatement; readonly people: Sittings[] }> {
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined || !POINTER_SETS.includes(name))
    throw new LabError(
      "usage",
      `A background of pointers is learnt from ${POINTER_SETS.join(", ")}, not from ${JSON.stringify(name)}.`,
    );
  if (data === undefined) throw new LabError("usage", `Name the folder that holds ${name}: --data DIR.`);
  const { recordings, statement } = await load(dataset, data);
  const features = featureCache(strokesExtractor, POINTING_WINDOWS);
  return { statement, people: bySubject(recordings).map(({ recordings: own }) => own.map(features)) };
}

function simulatedPeople(seed: number): Sittings[] {
  return createPopulation(SIMULATED, seed).map((person) =>
    Array.from({ length: SIMULATED_SITTINGS }, (_, i) =>
      setsOfEvents(
        session(person, {
          startAt: (i + 1) * DAY_MS,
          durationMs: SIMULATED_MS,
          seed: seed + i,
          mix: { type: 0, point: 1, scroll: 0.1, navigate: 0.1, read: 0 },
        }),
        strokesExtractor,
        POINTING_WINDOWS,
      ),
    ),
  );
}
