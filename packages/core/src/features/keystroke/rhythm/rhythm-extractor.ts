import type { Sample } from "../../../events/segment.ts";
import type { Extractor, FeatureSet } from "../../extractor.ts";
import { FAMILIES } from "./families.ts";
import { RHYTHM_TABLES } from "./rhythm-tables.data.ts";
import type { RhythmTables } from "./rhythm-tables.ts";
import { Sheet } from "./sheet.ts";
import { typingStreams } from "./typing-streams.ts";

const tables: RhythmTables = {
  hold: Float64Array.from(RHYTHM_TABLES.hold),
  press: Float64Array.from(RHYTHM_TABLES.press),
  gap: Float64Array.from(RHYTHM_TABLES.gap),
  release: Float64Array.from(RHYTHM_TABLES.release),
};

const names = FAMILIES.flatMap((family) => family.names.map((name) => `${family.name}.${name}`));

/** Index of the family of each feature. */
export const RHYTHM_FAMILY_OF: Uint8Array = Uint8Array.from(
  FAMILIES.flatMap((family, index) => family.names.map(() => index)),
);
export const RHYTHM_FAMILIES: readonly string[] = FAMILIES.map(({ name }) => name);
export const RHYTHM_EXTRACTOR = "rhythm@1";

/**
 * How somebody types, by region of the keyboard and never by letter: levels, shapes, hands, regions, habits, words and dynamics
 * of holds, press-to-press times, gaps and release-to-release times (Killourhy & Maxion 2009 name the times; which of them
 * tell people apart was measured). Natural logs and asinh of milliseconds, less what people in general do on the same
 * regions. Any number of keystrokes is possible; below ten there is little to say.
 */
export const rhythmExtractor: Extractor = {
  name: "rhythm",
  version: 1,
  featureNames: names,
  extract({ keystrokes, pointer, startedAt, endedAt }: Sample): FeatureSet {
    const sheet = new Sheet(names.length);
    if (keystrokes.length === 0) sheet.values.fill(Number.NaN);
    else {
      const streams = typingStreams(keystrokes, tables);
      for (const family of FAMILIES) family.write(streams, sheet);
    }
    return {
      kind: "featureSet",
      extractor: RHYTHM_EXTRACTOR,
      values: sheet.values,
      startedAt,
      endedAt,
      keystrokes: keystrokes.length,
      pointerEvents: pointer.length,
    };
  },
};
