/** Windows of one sitting in one space: the mean of where they lie and how many there were. */
export interface SeenSitting {
  readonly mean: Float64Array;
  readonly windows: number;
}

/** Returns the mean of where windows of one sitting lie. */
export function seenSitting(latents: readonly Float64Array[]): SeenSitting {
  const mean = new Float64Array(latents[0]?.length ?? 0);
  for (const latent of latents)
    for (let k = 0; k < mean.length; k += 1) mean[k] = (mean[k] ?? 0) + (latent[k] ?? 0) / latents.length;
  return { mean, windows: latents.length };
}

/** The parts of a space that a comparison needs. */
export interface Variances {
  readonly between: ArrayLike<number>;
  readonly sitting: ArrayLike<number>;
}

/** What is expected of the person's own offset, per dimension. */
export interface KnownPerson {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Returns what is known of a person after these sittings; each counts for as much as one sitting can tell. */
export function knowPerson({ between, sitting }: Variances, sittings: readonly SeenSitting[]): KnownPerson {
  const mean = new Float64Array(between.length);
  const variance = new Float64Array(between.length);
  for (let k = 0; k < between.length; k += 1) {
    const s = sitting[k] ?? 0;
    let precision = 1 / Math.max(1e-6, between[k] ?? 0);
    let weighted = 0;
    for (const seen of sittings) {
      const own = 1 / (s + (1 - s) / seen.windows);
      precision += own;
      weighted += own * (seen.mean[k] ?? 0);
    }
    mean[k] = weighted / precision;
    variance[k] = 1 / precision;
  }
  return { mean, variance };
}

/** Log-likelihood ratio (nats) of a later sitting against anybody from the background, not calibrated. */
export function pointerLlr({ between, sitting }: Variances, known: KnownPerson, probe: SeenSitting): number {
  let llr = 0;
  for (let k = 0; k < between.length; k += 1) {
    const s = sitting[k] ?? 0;
    const noise = s + (1 - s) / probe.windows;
    const owner = (known.variance[k] ?? 0) + noise;
    const anybody = (between[k] ?? 0) + noise;
    const x = probe.mean[k] ?? 0;
    const off = x - (known.mean[k] ?? 0);
    llr += (x * x) / anybody - (off * off) / owner - Math.log(owner / anybody);
  }
  return llr / 2;
}

/** How often the owner comes with another mouse, screen or touchpad. */
export const DEVICE_CHANGE = 0.03;
/** Nobody is that sure it is not the owner: an odd window never says more than ln of this. */
export const LLR_FLOOR = 0.02;

/** Owner with the known device, or (rarely) the owner with another one: then only what no device changes speaks. */
export function mixBranches(full: number, behaviour: number): number {
  const a = Math.log(1 - DEVICE_CHANGE) + full;
  const b = Math.log(DEVICE_CHANGE) + behaviour;
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Returns the ratio as it is given out: never below ln 0.02. */
export function floorLlr(llr: number): number {
  return Math.log(LLR_FLOOR + (1 - LLR_FLOOR) * Math.exp(Math.min(50, llr)));
}
