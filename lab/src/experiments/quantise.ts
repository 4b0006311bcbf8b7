import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { quantisedSystems } from "../privacy/quantised-systems.ts";
import { sentences } from "../protocols/sentences.ts";
import { loadPeople } from "./experiment.ts";
import { type Runnable, runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const experiment = runnable({
  name: "quantise",
  title: "Typing under coarser clocks (Aalto desktop)",
  async build(options) {
    const { test, background, data } = await loadPeople(aaltoDesktop, options, { kind: "halves" });
    const protocol = sentences(test, { keys: 50, gallery: 5, together: 1, windows: SENTENCE_WINDOWS, background });
    return { protocols: [protocol], data, phrase: false };
  },
});

/** How coarse event times may be before recognition suffers: each tick is a system, so that differences are paired. */
export const quantiseExperiment: Runnable = {
  ...experiment,
  run: (context) =>
    experiment.run({
      ...context,
      systems: context.systems.filter(({ name }) => quantisedSystems.some((one) => one.name === name)),
    }),
};
