import {
  createPointing,
  type FeatureSet,
  POINTING_WINDOWS,
  type PointerBackground,
  type Reference,
  type Sitting,
  shippedPointer,
  strokesExtractor,
} from "@habitus/core";
import { fitPointerArms, pointerTable } from "@habitus/core/fit";
import { LEARNT_HERE } from "./learnt-here.ts";
import { type Learnt, type Person, type Recipe, sessionsOf } from "./learnt-system.ts";

/** Fewer people than this teach less than the background that is shipped. */
const LEAST_PEOPLE = 16;

/** The system `habitus-pointing` as it runs, with a background learnt from these people, or with the one that is shipped. */
export function pointingRecipe(name: string, from: "people" | "shipped"): Recipe {
  return {
    name,
    version: 1,
    extractor: strokesExtractor,
    minimumSamples: 1,
    sufficientSamples: 20,
    applicable: ({ phrase, experiment, protocol }) =>
      !phrase &&
      (/sapimouse|continuous-pointer/.test(experiment) || (experiment === "fusion" && protocol === "pointer")),
    byDefault: () => from === "people",
    windows: () => ({ ...POINTING_WINDOWS, keystrokes: 1_000_000, keystrokeStride: 1_000_000 }),
    learn: (people) =>
      judgeWith(from === "shipped" || people.length < LEAST_PEOPLE ? shippedPointer() : learnBackground(people)),
  };
}

function learnBackground(people: readonly Person[]): PointerBackground {
  const arms = fitPointerArms(pointerTable([people.map(({ recordings }) => recordings)]), { id: "lab" });
  return { provenance: { ...LEARNT_HERE, people: people.length }, arms, weight: 1 };
}

/** The windows of a probe are followed as those of a sitting, and what they say together is the sum of what each adds. */
function judgeWith(background: PointerBackground): Learnt {
  const system = createPointing(() => background);
  return {
    followAll: sessionsOf(system),
    enrol: system.enrol,
    compare: system.compare,
    compareAll: (reference: Reference, probes: readonly FeatureSet[]) => {
      let sitting: Sitting | undefined;
      let llr: number | undefined;
      for (const probe of probes) {
        const next = system.follow?.(reference, probe, sitting);
        sitting = next?.sitting;
        if (next?.evidence.kind === "evidence") llr = (llr ?? 0) + next.evidence.llr;
      }
      return llr === undefined ? undefined : { llr, score: llr };
    },
  };
}
