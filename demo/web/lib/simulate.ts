import type { Event } from "@habitus/core";
import { createPopulation, session } from "@habitus/core/attacks";
import { encodeBatch, fromBase64Url, signBatch } from "@habitus/wire";
import type { Credentials } from "./api.ts";

const PEOPLE = createPopulation(24, 41);
/** People in whom the baseline is steady over a sitting, so that the demo shows it at its best. It is not so with everybody: see the lab. */
const OWNERS = [2, 5, 6];
const SITTING_MINUTES = 20;
const PIECE_MS = 4_000;
/** Faster than life; what is shown says so. */
const SPEED = 20;

/** Somebody who does not exist, sitting at the account. */
export interface Sitting {
  /** Sends what this person does next, at most `minutes` of it. */
  readonly replay: (credentials: Credentials, options: ReplayOptions) => Promise<void>;
}

export interface ReplayOptions {
  readonly minutes: number;
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Returns the simulated owner that goes with a name, and somebody else. */
export function simulatedPeople(subject: string): { owner: Sitting; somebodyElse: Sitting } {
  let sum = 0;
  for (const character of subject) sum += character.codePointAt(0) ?? 0;
  const owner = OWNERS[sum % OWNERS.length] ?? 2;
  return { owner: sitDown(owner, 1), somebodyElse: sitDown((owner + PEOPLE.length / 2) % PEOPLE.length, 3) };
}

function sitDown(person: number, seed: number): Sitting {
  const simulated = PEOPLE[person];
  if (simulated === undefined) throw new RangeError(`person must be below ${PEOPLE.length}, got ${person}`);
  const mix = { type: 0.75, point: 0.2, scroll: 0.05, navigate: 0, read: 0 };
  const pieces = cut(session(simulated, { startAt: 0, durationMs: SITTING_MINUTES * 60_000, seed, mix }));
  let next = 0;
  return {
    async replay(credentials, { minutes, onProgress, signal }) {
      const first = next;
      const count = Math.round((minutes * 60_000) / PIECE_MS);
      const send = createStream(credentials, Date.now() - (first + count) * PIECE_MS);
      while (next < first + count && !signal.aborted) {
        const events = pieces[next % pieces.length];
        next += 1;
        if (events !== undefined && events.length > 0 && !(await send(events))) return;
        onProgress((next - first) / count);
        await new Promise((resolve) => setTimeout(resolve, PIECE_MS / SPEED));
      }
    },
  };
}

type Send = (events: readonly Event[]) => Promise<boolean>;

/**
 * Returns a sender of a stream of its own, through the same door and with the same keys as the collector. Its times lie in
 * the last minutes, because nobody wants to wait that long. Resolves to false when the session was ended; throws when refused.
 */
function createStream({ endpoint, session: id, collectorToken, channelKey }: Credentials, origin: number): Send {
  const key = fromBase64Url(channelKey);
  const stream = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  let seq = 0;
  return async (events) => {
    const shifted = events.map((event) => ({ ...event, at: event.at + origin }));
    const json = JSON.stringify(encodeBatch({ stream, seq, quantumMs: 0.1, lost: 0, events: shifted }));
    seq += 1;
    const response = await fetch(`${endpoint}/v1/sessions/${id}/batches`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${collectorToken}`,
        "habitus-mac": signBatch(key, id, json),
      },
      body: json,
    });
    if (response.status === 409) return false; // that is what the demo is about
    if (!response.ok) throw new Error(`The service refused the replay (${response.status}).`);
    return true;
  };
}

function cut(events: readonly Event[]): Event[][] {
  const pieces: Event[][] = [];
  for (const event of events) {
    const index = Math.floor(event.at / PIECE_MS);
    while (pieces.length <= index) pieces.push([]);
    pieces[index]?.push(event);
  }
  return pieces;
}
