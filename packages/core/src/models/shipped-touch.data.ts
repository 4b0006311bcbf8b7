// Written by packages/core/fit/fit-shipped-touch.ts: see README.md.
import type { TouchModel } from "../comparison/touch/touch-model.ts";

export const SHIPPED_TOUCH_PROVENANCE = {
  data: "people who do not exist (createTouchers(150, 8117)): weak",
  people: 150,
  sittings: 4,
  windows: 10306,
  fittedAt: "2026-11-21",
  script: "packages/core/fit/fit-shipped-touch.ts",
} as const;

export const SHIPPED_TOUCH: Pick<TouchModel, "features" | "worth"> = {
  features: [
    {
      mean: 4.4413,
      deviation: 0.2939,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.1762,
      deviation: 0.0995,
      between: 0.01,
      sitting: 0.1,
    },
    {
      mean: 0.9722,
      deviation: 0.3081,
      between: 0.533,
      sitting: 0.1,
    },
    {
      mean: 3.18,
      deviation: 0.2127,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.4118,
      deviation: 0.1322,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 7.276,
      deviation: 0.6762,
      between: 0.146,
      sitting: 0.1,
    },
    {
      mean: 5.3854,
      deviation: 0.3121,
      between: 0.608,
      sitting: 0.1,
    },
    {
      mean: 5.5707,
      deviation: 0.3529,
      between: 0.598,
      sitting: 0.1,
    },
    {
      mean: 0.9724,
      deviation: 0.0257,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.0034,
      deviation: 0.0347,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.0277,
      deviation: 0.0211,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.7781,
      deviation: 0.4637,
      between: 0.595,
      sitting: 0.1,
    },
    {
      mean: 0.5537,
      deviation: 0.0306,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.4347,
      deviation: 0.1108,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.5375,
      deviation: 0.0736,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: -0.8709,
      deviation: 1.0629,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: -1.4835,
      deviation: 0.8191,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: -3.4289,
      deviation: 0.738,
      between: 0.648,
      sitting: 0.1,
    },
    {
      mean: -3.6034,
      deviation: 0.6756,
      between: 0.622,
      sitting: 0.1,
    },
    {
      mean: 0.4302,
      deviation: 0.1126,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: -0.1845,
      deviation: 1.9024,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 3.1848,
      deviation: 0.2034,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.4124,
      deviation: 0.1293,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 5.4453,
      deviation: 0.2797,
      between: 0.7,
      sitting: 0.1,
    },
    {
      mean: 0.4491,
      deviation: 0.1246,
      between: 0.027,
      sitting: 0.1,
    },
    {
      mean: 0.0558,
      deviation: 0.0587,
      between: 0.239,
      sitting: 0.1,
    },
    {
      mean: 5.4545,
      deviation: 0.4253,
      between: 0.364,
      sitting: 0.1,
    },
  ],
  worth: 0.257,
};
