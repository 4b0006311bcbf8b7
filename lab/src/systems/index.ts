import { systems as coreSystems } from "@habitus/core";
import { LabError } from "../lab-error.ts";
import { noisyReferences } from "../privacy/noisy-references.ts";
import { privateSystems } from "../privacy/private-systems.ts";
import { protectedSystems } from "../privacy/protected-systems.ts";
import { quantisedSystems } from "../privacy/quantised-systems.ts";
import { coreSystem } from "./core-system.ts";
import { euclidean, manhattan, scaledManhattan } from "./distance.ts";
import { fixedText, fixedTextAlone, fixedTextDistance } from "./fixed-text.ts";
import { habitusPointer } from "./habitus-pointer.ts";
import type { Anatomy, LabSystem } from "./lab-system.ts";
import { learntSystem } from "./learnt-system.ts";
import { nearestMahalanobis } from "./nearest-mahalanobis.ts";
import { pointerSittings } from "./pointer-sittings.ts";
import { recipes } from "./recipes.ts";
import { sklearnForest } from "./sklearn-forest.ts";

const learnt = new Set(recipes.map(({ name }) => name));

/** All systems the lab can judge: each one of core, and the yardsticks. A new system of core is here by itself. */
export const labSystems: readonly LabSystem[] = [
  ...Object.values(coreSystems)
    .filter(({ name }) => !learnt.has(name))
    .map((system) => coreSystem(system)),
  ...recipes.map(learntSystem),
  habitusPointer,
  pointerSittings,
  fixedText,
  fixedTextAlone,
  fixedTextDistance,
  scaledManhattan,
  nearestMahalanobis,
  manhattan,
  euclidean,
  sklearnForest,
  ...protectedSystems,
  ...privateSystems,
  ...noisyReferences,
  ...quantisedSystems,
];

/** Returns the system of this name and what can be looked into, or throws a LabError that lists those that can. */
export function findOpenSystem(name: string): LabSystem & { readonly anatomy: Anatomy } {
  const open = labSystems.flatMap((system) =>
    system.anatomy === undefined ? [] : [{ ...system, anatomy: system.anatomy }],
  );
  const found = open.find((system) => system.name === name);
  if (found === undefined)
    throw new LabError(
      "usage",
      `${JSON.stringify(name)} is no system that can be looked into. There are: ${open.map((system) => system.name).join(", ")}.`,
    );
  return found;
}
