// Written by packages/core/fit/fit-shipped-usage.ts: see README.md.
import type { UsageModel } from "../comparison/usage/usage-model.ts";

export const SHIPPED_USAGE_PROVENANCE = {
  data: "people who do not exist (createPopulation(150, 4711)): weak",
  people: 150,
  sittings: 12,
  windows: 21780,
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
      0.0049, 0.0043, 0.0081, 0.0097, 0.0166, 0.0203, 0.0241, 0.0321, 0.0555, 0.0598, 0.0865, 0.0982, 0.1003, 0.0902,
      0.0886, 0.0689, 0.0598, 0.0491, 0.0385, 0.0283, 0.0214, 0.015, 0.0086, 0.0113,
    ],
    weight: 1,
  },
  weekday: {
    concentration: 32,
    worth: 0.03,
    shares: [0.2014, 0.1913, 0.1796, 0.1662, 0.1529, 0.0526, 0.0558],
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
    shares: [0.9733, 0.0133, 0.0133],
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
    shares: [0.2202, 0.0273, 0.2233, 0.0179, 0.0199, 0.4914, 0.0001],
    weight: 0.53,
  },
  shortcut: {
    concentration: 2,
    worth: 0.3,
    shares: [0.7193, 0.2807],
    weight: 0.92,
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
    weight: 0.47,
  },
  correction: {
    concentration: 32,
    worth: 1,
    shares: [0.583, 0.3248, 0.0525, 0.0043, 0.0354],
    weight: 0.72,
  },
};
