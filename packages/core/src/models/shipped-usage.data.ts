// Written by packages/core/fit/fit-shipped-usage.ts: see README.md.
import type { UsageModel } from "../comparison/usage/usage-model.ts";

export const SHIPPED_USAGE_PROVENANCE = {
  data: "people who do not exist (createPopulation(150, 4711)): weak",
  people: 150,
  sittings: 12,
  windows: 21774,
  fittedAt: "2026-11-21",
  script: "packages/core/fit/fit-shipped-usage.ts",
} as const;

export const SHIPPED_USAGE: UsageModel["facets"] = {
  page: {
    concentration: 8,
    worth: 0.3,
    novelty: 10,
    weight: 0.45,
  },
  pageOrder: {
    concentration: 2,
    worth: 1,
    novelty: 10,
    weight: 0.57,
  },
  fieldOrder: {
    concentration: 8,
    worth: 1,
    novelty: 0.3,
    weight: 0,
  },
  hour: {
    concentration: 0.5,
    worth: 0.3,
    shares: [
      0.0049, 0.0043, 0.0075, 0.0097, 0.0166, 0.0204, 0.0242, 0.0322, 0.0556, 0.0601, 0.0867, 0.0974, 0.0995, 0.0904,
      0.089, 0.0692, 0.0599, 0.0492, 0.0385, 0.0283, 0.0214, 0.015, 0.0086, 0.0113,
    ],
    weight: 1,
  },
  weekday: {
    concentration: 32,
    worth: 0.03,
    shares: [0.202, 0.1919, 0.1802, 0.1638, 0.1534, 0.0528, 0.056],
    weight: 0.2,
  },
  timeZone: {
    concentration: 0.5,
    worth: 0.3,
    novelty: 1,
    weight: 0.12,
  },
  language: {
    concentration: 0.5,
    worth: 0.3,
    novelty: 3,
    weight: 0.89,
  },
  country: {
    concentration: 0.5,
    worth: 0.3,
    novelty: 1,
    weight: 0.12,
  },
  network: {
    concentration: 0.5,
    worth: 0.3,
    novelty: 10,
    weight: 1,
  },
  screen: {
    concentration: 0.5,
    worth: 0.3,
    novelty: 10,
    weight: 1,
  },
  pointerType: {
    concentration: 32,
    worth: 0.03,
    shares: [0.9733, 0.0134, 0.0134],
    weight: 0.2,
  },
  scrollDevice: {
    concentration: 2,
    worth: 0.03,
    shares: [0.5547, 0.4439, 0.0014],
    weight: 0.65,
  },
  act: {
    concentration: 32,
    worth: 0.1,
    shares: [0.22, 0.0273, 0.2233, 0.0179, 0.0199, 0.4915, 0.0001],
    weight: 0.53,
  },
  shortcut: {
    concentration: 2,
    worth: 0.3,
    shares: [0.7193, 0.2807],
    weight: 0.93,
  },
  fieldReached: {
    concentration: 32,
    worth: 1,
    shares: [0.0035, 0.9965],
    weight: 0.2,
  },
  pauseLength: {
    concentration: 32,
    worth: 0.3,
    shares: [0.674, 0.2404, 0.0703, 0.0097, 0.0019, 0.0007, 0.0007, 0.0007, 0.0007, 0.0007],
    weight: 0.55,
  },
  correction: {
    concentration: 32,
    worth: 1,
    shares: [0.583, 0.3248, 0.0525, 0.0043, 0.0354],
    weight: 0.71,
  },
};
