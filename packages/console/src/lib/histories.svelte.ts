import type { TrustPoint } from "./trust-points.ts";

const POINTS_KEPT = 240;

/** The trust lines that this page has seen since it was opened, by session. */
class Histories {
  #lines = $state<Record<string, readonly TrustPoint[]>>({});

  of(session: string): readonly TrustPoint[] {
    return this.#lines[session] ?? [];
  }

  /** Puts what was before this page in front; only once. */
  begin(session: string, points: readonly TrustPoint[]): void {
    if (this.of(session).length === 0) this.#lines[session] = points.slice(-POINTS_KEPT);
  }

  /** Adds a reading, in the order in which they come: the times of two devices need not be in order. Nothing when it is the same. */
  add(session: string, point: TrustPoint): void {
    const line = this.of(session);
    if (line.at(-1)?.trust !== point.trust) this.#lines[session] = [...line, point].slice(-POINTS_KEPT);
  }
}

export const histories = new Histories();
