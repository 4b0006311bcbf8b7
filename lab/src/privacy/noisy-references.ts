import {
  boundByLapse,
  compareSitting,
  createRandom,
  type Expected,
  gaussian,
  type PldaModel,
  readPerson,
  sigmaFor,
  sumWindows,
} from "@habitus/core";
import { seedOf } from "../running/compare.ts";
import type { Features, Fitted, LabSystem, ProbeScore } from "../systems/lab-system.ts";
import { enrolTyping } from "../systems/typing-recipe.ts";
import { DELTA } from "./private-systems.ts";
import { typingModel, typingOf } from "./typing-models.ts";

/** What must not be told from the reference: whose it is, or what one of its windows was. */
type Unit = "person" | "window";

const CASES: readonly { readonly unit: Unit; readonly epsilon: number }[] = [
  { unit: "person", epsilon: 1 },
  { unit: "person", epsilon: 10 },
  { unit: "person", epsilon: 100 },
  { unit: "window", epsilon: 1 },
  { unit: "window", epsilon: 10 },
];
/** Length at which a reference is clipped, in shares of the usual one. */
const CLIP = 1;

/**
 * References of `own` with as much Gaussian noise as a promise about a single person's reference takes: two people's differ by twice the clipped
 * length at most, two references that differ in one of n windows by an n-th of that. Whoever compares knows how much noise there is.
 */
export const noisyReferences: readonly LabSystem[] = CASES.map(({ unit, epsilon }) => ({
  name: `reference-epsilon-${epsilon}-${unit}`,
  version: 1,
  usesBackground: true,
  calibrated: true,
  applicable: ({ experiment }) => experiment === "dp",
  byDefault: (experiment) => experiment === "dp",
  fit: ({ seed }, background): Fitted<{ readonly id: string; readonly sets: Features }, Expected> => {
    const model = typingModel(background);
    return {
      prepare: (piece) => ({ id: piece.id, sets: typingOf(piece) }),
      enrol: (pieces) => {
        const sets = pieces.flatMap((piece) => piece.sets);
        const made = enrolTyping(model, sets, { now: sets.at(-1)?.endedAt ?? 0 });
        if (made.kind !== "enrolment") return made;
        const known = readPerson(model, made.reference).sameSitting;
        const share = unit === "person" ? 1 : 1 / sets.length;
        const sigma = share * sigmaFor({ epsilon, delta: DELTA });
        return { kind: "enrolled", reference: noisy(model, known, { sigma, seed: seedOf(seed, pieces[0]?.id ?? "") }) };
      },
      compare: (expected, probes) =>
        probes.map((pieces): ProbeScore | undefined => {
          const probe = sumWindows(
            model,
            pieces.flatMap((piece) => piece.sets),
          );
          if (probe === undefined) return undefined;
          const llr = boundByLapse(compareSitting(model, expected, probe));
          return { llr, score: llr };
        }),
    };
  },
}));

/** Each dimension in standard deviations of people, clipped, noised, and drawn back to the mean as far as the noise asks for. */
function noisy(
  { between, sitting }: PldaModel,
  { mean, variance, calibration }: Expected,
  { sigma, seed }: { readonly sigma: number; readonly seed: number },
): Expected {
  const random = createRandom(seed);
  const known = variance.map((own, k) => Math.max(1e-6, (between[k] ?? 0) + (sitting[k] ?? 0) - own));
  const radius = CLIP * Math.sqrt(mean.length);
  const standard = mean.map((value, k) => value / Math.sqrt(known[k] ?? 1));
  const length = Math.sqrt(standard.reduce((sum, value) => sum + value * value, 0));
  const spread = 2 * radius * sigma;
  const gain = 1 / (1 + spread * spread);
  return {
    mean: standard.map(
      (value, k) =>
        gain * (value * Math.min(1, radius / length) + spread * gaussian(random)) * Math.sqrt(known[k] ?? 1),
    ),
    variance: variance.map((own, k) => own + (known[k] ?? 0) * (1 - gain)),
    calibration,
  };
}
