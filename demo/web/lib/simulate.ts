import { createRandom, type Event } from "@habitus/core";
import { createPopulation, movePointer, typeText } from "@habitus/core/attacks";
import { createPageSender } from "@habitus/wire";
import type { Credentials } from "./api.ts";

/** Times faster than life; the page says so. */
export const SPEED = 8;
const PIECE_MS = 2_000;
const KEYS_IN_A_ROW = 130;
const TARGETS_IN_A_ROW = 10;
const BETWEEN_MS = 600;

const people = createPopulation(4, 3);
/**
 * An owner in whom the system is steady (of 60 simulated people it is so with 53), and somebody whom it tells from them within 75 keys
 * (28 of the other 59). How often it is right about people who exist is what the lab measures.
 */
const PEOPLE = { owner: people[0], stranger: people[3] };
export type SimulatedRole = keyof typeof PEOPLE;

export interface ReplayOptions {
  readonly role: SimulatedRole;
  readonly keys: number;
  /** Another seed, another text and other movements of the same person. */
  readonly seed: number;
  readonly onProgress: (share: number) => void;
  /** While this is true the person waits. */
  readonly isHeld: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Sends what a simulated person does, as a stream of its own through the same door and with the same keys as the collector. Its
 * times lie in the last minutes, because nobody wants to wait that long. Returns when it is done, stopped, or the session over;
 * throws when the service refuses.
 */
export async function replay(credentials: Credentials, options: ReplayOptions): Promise<void> {
  const { role, keys, seed, onProgress, isHeld, signal } = options;
  const pieces = cut(perform(role, keys, seed));
  const hello = await createSender(credentials);
  const send = await createSender(credentials);
  if (!(await hello([{ kind: "visibility", at: Date.now(), state: "visible" }]))) return; // tells the service what time it is
  const origin = Date.now() - pieces.length * PIECE_MS;
  for (const [i, piece] of pieces.entries()) {
    while (isHeld() && !signal.aborted) await sleep(100);
    if (signal.aborted) return;
    const isTaken = piece.length === 0 || (await send(piece.map((event) => ({ ...event, at: event.at + origin }))));
    if (!isTaken) return;
    onProgress((i + 1) / pieces.length);
    await sleep(PIECE_MS / SPEED);
  }
}

/** Returns typing and pointing in turns, from time 0 on. */
function perform(role: SimulatedRole, keys: number, seed: number): Event[] {
  const person = PEOPLE[role];
  if (person === undefined) throw new RangeError(`there is no simulated ${role}`);
  const random = createRandom(person.seed ^ seed);
  const events: Event[] = [];
  let at = 0;
  let firstPress = 0;
  let from = { x: 500, y: 400 };
  while (firstPress < keys) {
    const typed = typeText(person, { keystrokes: KEYS_IN_A_ROW, startAt: at, random, firstPress });
    firstPress += typed.filter(({ phase }) => phase === "down").length;
    const targets = Array.from({ length: TARGETS_IN_A_ROW }, () => ({
      x: Math.round(80 + random() * 1_100),
      y: Math.round(80 + random() * 640),
      widthPx: 44,
      click: random() < 0.6,
    }));
    const moved = movePointer(person, { from, targets, startAt: (typed.at(-1)?.at ?? at) + BETWEEN_MS, random });
    events.push(...typed, ...moved);
    const last = moved.at(-1);
    if (last === undefined) continue;
    from = { x: last.x, y: last.y };
    at = last.at + BETWEEN_MS;
  }
  return events;
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

/** Resolves to false when the session was ended: that is what the demo is about. */
type Send = (events: readonly Event[]) => Promise<boolean>;

/** As the collector does: what the session's tier lets leave the page, sealed to the service. */
async function createSender(credentials: Credentials): Promise<Send> {
  const { endpoint, session } = credentials;
  const request = await createPageSender(credentials);
  return async (events) => {
    const { headers, body } = await request(events);
    const response = await fetch(`${endpoint}/v1/sessions/${session}/batches`, { method: "POST", headers, body });
    if (response.status === 409 || response.status === 404) return false;
    if (!response.ok) throw new Error(`The service refused the replay (${response.status}).`);
    return true;
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
