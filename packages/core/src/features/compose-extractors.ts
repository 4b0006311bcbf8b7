import type { Sample } from "../events/segment.ts";
import type { Extractor, FeatureSet } from "./extractor.ts";

/** Extractors of typing and of pointing, each for windows that hold nothing else. */
export interface Extractors {
  readonly keystroke: Extractor;
  readonly pointer: Extractor;
}
export type ExtractedModality = keyof Extractors;

/** Returns one extractor of both: the values of the one a window is not for are missing. */
export function composeExtractors(name: string, version: number, { keystroke, pointer }: Extractors): Extractor {
  const featureNames = [...keystroke.featureNames, ...pointer.featureNames];
  return {
    name,
    version,
    featureNames,
    extract(sample: Sample): FeatureSet {
      const typing = sample.keystrokes.length > 0;
      const own = (typing ? keystroke : pointer).extract(sample);
      const values = new Float64Array(featureNames.length).fill(Number.NaN);
      values.set(own.values, typing ? 0 : keystroke.featureNames.length);
      const { startedAt, endedAt } = own;
      const keystrokes = typing ? own.keystrokes : 0;
      const pointerEvents = typing ? 0 : own.pointerEvents;
      return {
        kind: "featureSet",
        extractor: `${name}@${version}`,
        values,
        startedAt,
        endedAt,
        keystrokes,
        pointerEvents,
      };
    },
  };
}

/** Returns which of the two a feature set is of; undefined where there was nothing to extract. */
export function modalityOf({ keystrokes, pointerEvents }: FeatureSet): ExtractedModality | undefined {
  if (keystrokes > 0) return "keystroke";
  return pointerEvents > 0 ? "pointer" : undefined;
}

const parts = new WeakMap<Float64Array, FeatureSet>();

/** Returns the feature set as the extractor of its modality made it; the same object for the same one. */
export function partSet({ keystroke, pointer }: Extractors, set: FeatureSet): FeatureSet {
  const known = parts.get(set.values);
  if (known !== undefined && known.profile === set.profile) return known;
  const split = keystroke.featureNames.length;
  const [own, values] =
    set.keystrokes > 0 ? [keystroke, set.values.slice(0, split)] : [pointer, set.values.slice(split)];
  const part = { ...set, extractor: `${own.name}@${own.version}`, values };
  parts.set(set.values, part);
  return part;
}
