import { createPopulation, session } from "@habitus/core/attacks";
import { encodeBatch, fromBase64Url, signBatch } from "@habitus/wire";
import type { Credentials } from "./api.ts";

const SEED = 41;
const PEOPLE = createPopulation(24, SEED);

/** Returns the number of the simulated owner that goes with a name, and of somebody else. */
export function ownerOf(subject: string): number {
  let sum = 0;
  for (const character of subject) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % PEOPLE.length;
  return sum;
}

export function somebodyElse(owner: number): number {
  return (owner + PEOPLE.length / 2) % PEOPLE.length;
}

export interface Replay {
  readonly person: number;
  /** What is replayed, and how many times faster than it is done. */
  readonly minutes: number;
  readonly speed: number;
  readonly seed: number;
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

const PIECE_MS = 4_000;

/**
 * Sends the events of a simulated person as a stream of its own, through the same door and with the same keys as the
 * collector. Its times lie in the last minutes, because nobody wants to wait that long. Throws when the service refuses.
 */
export async function replay(
  credentials: Credentials,
  { person, minutes, speed, seed, onProgress, signal }: Replay,
): Promise<void> {
  const simulated = PEOPLE[person];
  if (simulated === undefined) throw new RangeError(`person must be below ${PEOPLE.length}, got ${person}`);
  const durationMs = minutes * 60_000;
  const startAt = Date.now() - durationMs - 1_000;
  const mix = { type: 0.75, point: 0.2, scroll: 0.05, navigate: 0, read: 0 };
  const all = session(simulated, { startAt, durationMs, seed, mix }).filter(({ at }) => at <= startAt + durationMs);
  const key = fromBase64Url(credentials.channelKey);
  const stream = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const pieces = cut(all, startAt);
  for (const [seq, events] of pieces.entries()) {
    if (signal.aborted) return;
    const json = JSON.stringify(encodeBatch({ stream, seq, quantumMs: 0.1, lost: 0, events }));
    const response = await fetch(`${credentials.endpoint}/v1/sessions/${credentials.session}/batches`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${credentials.collectorToken}`,
        "habitus-mac": signBatch(key, credentials.session, json),
      },
      body: json,
    });
    if (response.status === 409) return; // the session was ended meanwhile: that is what the demo is about
    if (!response.ok) throw new Error(`The service refused the replay (${response.status}).`);
    onProgress((seq + 1) / pieces.length);
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS / speed));
  }
}

function cut<E extends { readonly at: number }>(events: readonly E[], startAt: number): E[][] {
  const pieces: E[][] = [];
  for (const event of events) {
    const index = Math.floor((event.at - startAt) / PIECE_MS);
    while (pieces.length <= index) pieces.push([]);
    pieces[index]?.push(event);
  }
  return pieces.filter((piece) => piece.length > 0);
}
