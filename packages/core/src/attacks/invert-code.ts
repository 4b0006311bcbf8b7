import { type Expected, expect } from "../comparison/plda/compare-sitting.ts";
import { noPerson } from "../comparison/plda/person.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { type Coder, expectFromCode } from "../privacy/person-code.ts";

/** The amount of typing that a thief supposes behind a code: five windows of one sitting. */
const SUPPOSED_WINDOWS = 5;

/**
 * Returns the latent vector that somebody with the code would present elsewhere, with the key that he has or guesses: the best linear estimate from
 * the signs. What is masked (how much was typed, how far off the person lies) is supposed to be as usual.
 */
export function latentFromCode(model: PldaModel, coder: Coder, code: Uint8Array): Float64Array {
  const nobody = noPerson(model);
  const known: Expected = expect(model, { ...nobody, open: { ...nobody.open, windows: SUPPOSED_WINDOWS } }, true);
  const usual = 2;
  return expectFromCode(model, coder, { code, level: usual, known }).mean;
}
