import type { PldaModel } from "../comparison/plda/plda-model.ts";
import type { Coder } from "../privacy/person-code.ts";

/**
 * Returns the direction that somebody with the code and its key would take the person to lie in: the bits as plus and minus one, turned back and
 * added up (the linear estimate of one-bit compressed sensing, Plan & Vershynin 2013). With another key it is noise.
 */
export function directionFromCode(coder: Coder, code: Uint8Array): Float64Array {
  const { bits, rotation, weights } = coder;
  const sum = new Float64Array(rotation.size);
  for (let index = 0; index * rotation.size < bits; index += 1) {
    const from = index * rotation.size;
    const signs = Float64Array.from({ length: rotation.size }, (_, i) => {
      const bit = from + i;
      if (bit >= bits) return 0;
      return ((code[bit >> 3] ?? 0) >> (bit & 7)) & 1 ? 1 : -1;
    });
    rotation.turnBack(signs, index).forEach((value, k) => {
      sum[k] = (sum[k] ?? 0) + value;
    });
  }
  return sum.slice(0, weights.length);
}

/** Returns the latent vector of that direction with the length that people's latent vectors have, to be presented as a window elsewhere. */
export function latentFromCode({ between, sitting }: PldaModel, coder: Coder, code: Uint8Array): Float64Array {
  const latent = directionFromCode(coder, code).map(
    (value, k) => (value / (coder.weights[k] || 1)) * Math.sqrt((between[k] ?? 0) + (sitting[k] ?? 0)),
  );
  const usual = between.reduce((sum, b, k) => sum + b + (sitting[k] ?? 0), 0);
  const length = Math.sqrt(latent.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? latent.map((value) => (value * Math.sqrt(usual)) / length) : latent;
}
