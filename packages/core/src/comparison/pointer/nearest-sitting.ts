import type { SeenSitting, Variances } from "./compare-windows.ts";

/** Above this, a person's windows lie further out than those of the people a space was learnt from (about 0.8): another kind of device. */
export const OTHER_DOMAIN = 1;

/** Returns the mean squared length of plain latents, per dimension, as a multiple of what the model expects of anybody. */
export function domainRatio({ between }: Pick<Variances, "between">, latents: readonly Float64Array[]): number {
  let sum = 0;
  for (const latent of latents)
    for (let k = 0; k < latent.length; k += 1) sum += (latent[k] ?? 0) ** 2 / (1 + (between[k] ?? 0));
  return sum / Math.max(1, latents.length * between.length);
}

/**
 * Returns the log-likelihood of a sitting where each known one is as likely to be gone on with: a mixture, of which the nearest
 * decides almost alone. No likelihood ratio: it leaves out what people in general do, because where a background is of another kind
 * of device (remote desktops against mice) that is wrong for everybody. Undefined where nothing is known.
 */
export function nearestSitting(
  { sitting }: Pick<Variances, "sitting">,
  known: readonly SeenSitting[],
  probe: SeenSitting,
): number | undefined {
  if (known.length === 0 || probe.windows === 0) return undefined;
  const logs = known.map(({ mean, windows }) => {
    let log = 0;
    for (let k = 0; k < mean.length; k += 1) {
      const s = sitting[k] ?? 0;
      const variance = 2 * s + (1 - s) / probe.windows + (1 - s) / windows;
      const off = (probe.mean[k] ?? 0) - (mean[k] ?? 0);
      log -= (off * off) / variance / 2;
    }
    return log;
  });
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / known.length);
}
