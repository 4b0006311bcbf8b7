import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { type Event, keyZone } from "@habitus/core";
import { createPopulation, session } from "@habitus/core/attacks";

/** What one person did: enough to learn from, and as much again on another occasion. */
export interface RecordedPerson {
  /** Streams of events, each in time order, from time 0. */
  readonly learning: readonly (readonly Event[])[];
  readonly later: readonly (readonly Event[])[];
}

const DATA = process.env.HABITUS_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const KEYS_FILE = join(DATA, "aalto-desktop", "keystrokes.tsv.gz");
const POINTER_FILE = join(DATA, "sapimouse", "sapimouse.csv.gz");

/** Whether recordings of real people are on this machine. */
export const hasRecordings = existsSync(KEYS_FILE) && existsSync(POINTER_FILE);

const KEYS_TO_LEARN = 400;
const KEYS_NEEDED = 620;

/**
 * Returns people who each type as one participant of the Aalto set and point as one of SapiMouse: nobody was recorded
 * doing both. Everybody learns from the first 400 keys and the three-minute session; the rest of the keys and the
 * one-minute session are what they do later.
 */
export async function readPeople(count: number): Promise<RecordedPerson[]> {
  const typists = await readTypists(count);
  const pointers = await readPointers(count);
  return typists.map((keys, i) => ({
    learning: [typed(keys.slice(0, KEYS_TO_LEARN)), pointers[i]?.long ?? []],
    later: [typed(keys.slice(KEYS_TO_LEARN)), pointers[i]?.short ?? []],
  }));
}

/** Returns people who do not exist, for machines without recordings. */
export function simulatePeople(count: number): RecordedPerson[] {
  return createPopulation(count, 20).map((person, i) => ({
    learning: [session(person, { startAt: 0, durationMs: 12 * 60_000, seed: 2 * i })],
    later: [session(person, { startAt: 0, durationMs: 4 * 60_000, seed: 2 * i + 1 })],
  }));
}

interface Key {
  readonly code: number;
  readonly pressAt: number;
  readonly releaseAt: number;
}

async function readTypists(count: number): Promise<Key[][]> {
  const typists: Key[][] = [];
  let participant = "";
  let keys: Key[] = [];
  const finish = (): void => {
    if (keys.length >= KEYS_NEEDED) typists.push(keys.sort((a, b) => a.pressAt - b.pressAt));
    keys = [];
  };
  for await (const row of rowsOf(KEYS_FILE, "\t")) {
    const [who = "", , , pressAt, releaseAt, , code] = row;
    if (who !== participant) finish();
    if (typists.length === count) break;
    participant = who;
    const key = { code: Number(code), pressAt: Number(pressAt), releaseAt: Number(releaseAt) };
    if (key.releaseAt >= key.pressAt && key.releaseAt - key.pressAt < 5000) keys.push(key);
  }
  return typists;
}

/** Between two sentences a participant read for as long as they liked: at most two seconds of it are kept. */
const LONGEST_PAUSE_MS = 2000;

function typed(keys: readonly Key[]): Event[] {
  const events: Event[] = [];
  let shift = keys[0]?.pressAt ?? 0;
  let before = shift;
  for (const [press, { code, pressAt, releaseAt }] of keys.entries()) {
    shift += Math.max(0, pressAt - before - LONGEST_PAUSE_MS);
    before = pressAt;
    const zone = keyZone(codeOf(code));
    events.push({ kind: "key", at: pressAt - shift, phase: "down", zone, press, shortcut: false });
    events.push({ kind: "key", at: releaseAt - shift, phase: "up", zone, press, shortcut: false });
  }
  return events.sort((a, b) => a.at - b.at);
}

/** From the browser's old `keyCode` to the position it has on the layout that most participants had. */
function codeOf(keyCode: number): string {
  const character = String.fromCharCode(keyCode);
  if (/[A-Z]/.test(character)) return `Key${character}`;
  if (/[0-9]/.test(character)) return `Digit${character}`;
  const named: Record<number, string> = { 8: "Backspace", 9: "Tab", 13: "Enter", 16: "ShiftLeft", 32: "Space" };
  return named[keyCode] ?? (keyCode >= 186 && keyCode <= 222 ? "Comma" : "Unidentified");
}

const BUTTONS: Readonly<Record<string, number>> = { Left: 0, Middle: 1, Right: 2 };

async function readPointers(count: number): Promise<{ long: Event[]; short: Event[] }[]> {
  const people = new Map<string, { long: Event[]; short: Event[] }>();
  for await (const [user = "", part, at, button = "", state = "", x, y] of rowsOf(POINTER_FILE, ",")) {
    let person = people.get(user);
    if (person === undefined) {
      person = { long: [], short: [] };
      people.set(user, person);
    }
    const events = part === "session_3min" ? person.long : person.short;
    const isMove = state === "Move" || state === "Drag";
    const which = isMove ? -1 : (BUTTONS[button] ?? -1);
    const event: Event = {
      kind: "pointer",
      at: Number(at),
      phase: isMove ? "move" : state === "Pressed" ? "down" : "up",
      pointer: "mouse",
      contact: 0,
      x: Number(x),
      y: Number(y),
      button: which,
      buttons: state === "Drag" || state === "Pressed" ? 1 : 0,
      pressure: 0,
      size: 0,
    };
    if (event.at >= (events.at(-1)?.at ?? 0)) events.push(event); // time goes back a few times in the set
  }
  const whole = [...people.values()].filter(({ long, short }) => long.length > 2000 && short.length > 500);
  return whole.slice(0, count);
}

async function* rowsOf(path: string, separator: string): AsyncGenerator<string[]> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  let isHead = true;
  for await (const line of lines) {
    if (!isHead) yield line.split(separator);
    isHead = false;
  }
}
