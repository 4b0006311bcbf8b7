import { systems as coreSystems } from "@habitus/core";
import { coreSystem } from "./core-system.ts";
import { euclidean, manhattan, scaledManhattan } from "./distance.ts";
import type { LabSystem } from "./lab-system.ts";
import { nearestMahalanobis } from "./nearest-mahalanobis.ts";
import { sklearnForest } from "./sklearn-forest.ts";

/** All systems the lab can judge: each one of core, and the yardsticks. A new system of core is here by itself. */
export const labSystems: readonly LabSystem[] = [
  ...Object.values(coreSystems).map((system) => coreSystem(system)),
  scaledManhattan,
  nearestMahalanobis,
  manhattan,
  euclidean,
  sklearnForest,
];
