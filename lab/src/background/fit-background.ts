import { createHash } from "node:crypto";
import {
  type Background,
  createRandom,
  encodeBackground,
  type PldaModel,
  rhythmExtractor,
  type Sample,
  SITTING_PAUSE_MS,
  windowSize,
} from "@habitus/core";
import { fitPlda, WindowsTableBuilder } from "@habitus/core/fit";
import { datasets } from "../datasets/index.ts";
import { type DataStatement, load } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import { windowsOf } from "../systems/windows.ts";
import { undoClockTicks } from "./undo-clock-ticks.ts";

export interface FitBackgroundOptions {
  /** Folder with the data sets. */
  readonly data: string;
  /** Names of data sets of typing; the first gives the mean. */
  readonly sets: readonly string[];
  readonly dimensions: number;
  readonly features: number;
  readonly seed: number;
  /** ISO 8601 date for the provenance. */
  readonly date: string;
  readonly software: string;
  readonly onProgress: (share: number, message: string) => void;
}

const UNIT = 50;

/**
 * Learns what people in general type like, from data sets in the lab's formats. Recordings are read one after the other and only
 * their windows' features are kept. The same data and options give the same background, byte by byte.
 */
export async function fitBackground(options: FitBackgroundOptions): Promise<Background> {
  const { sets, onProgress } = options;
  const table = new WindowsTableBuilder(rhythmExtractor.featureNames.length);
  const statements: DataStatement[] = [];
  const random = createRandom(options.seed);
  let [subject, sitting] = [0, 0];
  for (const [population, name] of sets.entries()) {
    const dataset = datasets.find((one) => one.name === name);
    if (dataset === undefined)
      throw new LabError(
        "usage",
        `No data set is called ${JSON.stringify(name)}. There are: ${datasets.map((one) => one.name).join(", ")}.`,
      );
    onProgress((0.3 * population) / sets.length, `reading ${name}`);
    const { recordings, statement } = await load(dataset, options.data);
    statements.push(statement);
    for (const { recordings: own } of bySubject(recordings)) {
      subject += 1;
      let until = Number.NEGATIVE_INFINITY;
      for (const recording of own) {
        for (const sample of typingWindows(recording)) {
          if (Math.abs(sample.startedAt - until) > SITTING_PAUSE_MS) sitting += 1;
          until = sample.endedAt;
          const { values, keystrokes } = rhythmExtractor.extract(undoClockTicks(sample, random));
          table.add(values, { subject, sitting, population, size: windowSize({ unit: UNIT }, { keystrokes }) });
        }
      }
    }
  }
  const built = table.build();
  if (built.subject.length === 0)
    throw new LabError(
      "malformedData",
      `${sets.join(", ")} hold no typing of at least ${UNIT / 5} keystrokes in a row.`,
    );
  const fit = {
    extractor: `${rhythmExtractor.name}@${rhythmExtractor.version}`,
    unit: UNIT,
    dimensions: options.dimensions,
    features: options.features,
    onProgress: (share: number) => onProgress(0.3 + 0.7 * share, "learning"),
  };
  const model = fitPlda(built, { ...fit, id: "unnamed" });
  const sittings = new Set(built.sitting).size;
  const provenance = {
    data: statements.map(({ name, sha256 }) => ({
      name,
      terms: datasets.find((one) => one.name === name)?.terms ?? "unknown",
      sha256,
    })),
    people: subject,
    windows: built.subject.length,
    furtherSittings: sittings - subject,
    fittedAt: options.date,
    software: options.software,
    note: "Typing, by key region only: no letters. Recordings with a clock coarser than 8 ms were spread within its ticks.",
  };
  return { provenance, model: named(model, sets, provenance.people) };
}

/** The name of a background holds what it was made of and a digest of the model: another one never has it. */
function named(model: PldaModel, sets: readonly string[], people: number): PldaModel {
  const none = { data: [], people, windows: 0, furtherSittings: 0, fittedAt: "", software: "", note: "" };
  const digest = createHash("sha256")
    .update(encodeBackground({ provenance: none, model }))
    .digest("hex")
    .slice(0, 8);
  return { ...model, id: `${sets.join("+")}-${people}-${digest}` };
}

function typingWindows(recording: Recording): readonly Sample[] {
  if ((recording.keys?.zone.length ?? 0) < UNIT / 5) return [];
  return windowsOf(recording, {
    keystrokes: UNIT,
    keystrokeStride: UNIT,
    pointerEvents: 1_000_000,
    pointerStride: 1_000_000,
  });
}
