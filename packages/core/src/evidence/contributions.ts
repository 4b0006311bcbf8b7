import type { Contribution } from "./evidence.ts";

/**
 * Returns what each of several things said as a share, the loudest first. Shares have the sign of what was said (positive = the
 * enrolled person) and their absolute values sum to 1; nothing where nothing was said at all.
 */
export function loudestFirst(names: readonly string[], nats: ArrayLike<number>): Contribution[] {
  let total = 0;
  for (let i = 0; i < nats.length; i += 1) total += Math.abs(nats[i] ?? 0);
  if (total === 0) return [];
  return names
    .map((feature, i) => ({ feature, share: (nats[i] ?? 0) / total }))
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}
