import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { noisyReferences } from "../privacy/noisy-references.ts";
import { privateSystems } from "../privacy/private-systems.ts";
import { fixedBackground } from "../protocols/background.ts";
import { bySubject } from "../protocols/protocol.ts";
import { sentences } from "../protocols/sentences.ts";
import { loadPeople } from "./experiment.ts";
import { type Runnable, runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const SYSTEMS = new Set([...privateSystems, ...noisyReferences].map(({ name }) => name));
const SHARES = [1, 0.5] as const;

const experiment = runnable({
  name: "dp",
  title: "Backgrounds that promise privacy to those they were learnt from (Aalto desktop)",
  async build(options) {
    const { test, background, data } = await loadPeople(aaltoDesktop, options, { kind: "halves" });
    const people = bySubject(background.recordings(""));
    const protocols = SHARES.map((share) => {
      const learntFrom = people.slice(0, Math.round(share * people.length));
      const own = fixedBackground(
        learntFrom.flatMap(({ recordings }) => recordings),
        `background: ${learntFrom.length} of the other half of the people, who are not tested`,
      );
      const base = sentences(test, { keys: 50, gallery: 5, together: 1, windows: SENTENCE_WINDOWS, background: own });
      return { ...base, name: `${base.name}-${share === 1 ? "all" : "half"}` };
    });
    return { protocols, data, phrase: false };
  },
});

/** What a background costs that was learnt with differential privacy, on people whom it does not know. */
export const privateBackground: Runnable = {
  ...experiment,
  run: (context) =>
    experiment.run({
      ...context,
      systems: context.systems.filter(({ name }) => SYSTEMS.has(name)),
    }),
};
