import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom, KEY_ZONES, type KeyZone } from "@habitus/core";
import { createPopulation, movePointer, typeText } from "@habitus/core/attacks";
import { aaltoDesktop } from "../../lab/src/datasets/aalto-desktop/load.ts";
import { type Dataset, Tally } from "../../lab/src/datasets/dataset.ts";
import { sapimouse } from "../../lab/src/datasets/sapimouse/load.ts";
import type { Recording } from "../../lab/src/recordings/recording.ts";
import { joinKeys } from "../../lab/src/recordings/slice.ts";

export interface Keystroke {
  readonly zone: KeyZone;
  readonly pressAt: number;
  readonly releaseAt: number;
}
export interface Move {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}
/** Somebody's typing and pointing, each from time 0 on, in milliseconds. */
export interface Person {
  readonly keys: readonly Keystroke[];
  readonly moves: readonly Move[];
}

export const KEYS_NEEDED = 640;
export const MOVES_NEEDED = 2_100;
const PEOPLE_READ = 60;
const BETWEEN_SENTENCES_MS = 900;
/** The window of the browser under test: what was done outside of it is left out. */
export const SCREEN = { width: 1_600, height: 900 };

/** The folder with recorded people: `HABITUS_DATA`, else beside the repository; undefined where there is none. */
export function findRecordings(): string | undefined {
  const beside = join(dirname(fileURLToPath(import.meta.url)), "../../../shared/data");
  const root = process.env.HABITUS_DATA ?? beside;
  const complete = [aaltoDesktop, sapimouse].every(({ folder, files }) =>
    files.every((file) => existsSync(join(root, folder, file))),
  );
  return complete ? root : undefined;
}

/** The typing of people who were not chosen: the first of the Aalto set with enough keys. Habitus learnt nothing from them. */
export function recordedTypists(root: string): Promise<(readonly Keystroke[])[]> {
  return collect(aaltoDesktop, root, (recordings) => {
    const sentences = recordings.filter(({ keys }) => keys !== undefined);
    const { keys } = joinKeys(sentences, "all", BETWEEN_SENTENCES_MS);
    const found: Keystroke[] = [];
    keys?.pressAt.forEach((pressAt, i) => {
      const releaseAt = keys.releaseAt[i] ?? Number.NaN;
      const zone = KEY_ZONES[keys.zone[i] ?? 0];
      if (Number.isFinite(releaseAt) && zone !== undefined) found.push({ zone, pressAt, releaseAt });
    });
    return found.length < KEYS_NEEDED ? undefined : found;
  });
}

/** Typists of one data set and pointers of another, put together: no public set has both of the same people. */
export async function recordedPeople(root: string): Promise<Person[]> {
  const typists = await recordedTypists(root);
  const pointers = await collect(sapimouse, root, ([recording]) => {
    const track = recording?.pointer;
    const moves: Move[] = [];
    track?.at.forEach((at, i) => {
      const { width, height } = SCREEN;
      const place = { x: track.x[i] ?? 0, y: track.y[i] ?? 0 };
      if (track.phase[i] === 0 && place.x < width && place.y < height)
        moves.push({ at: at - (track.at[0] ?? 0), ...place });
    });
    return moves.length < MOVES_NEEDED ? undefined : moves;
  });
  return typists.slice(0, pointers.length).map((keys, i) => ({ keys, moves: pointers[i] ?? [] }));
}

async function collect<T>(
  dataset: Dataset,
  root: string,
  toPiece: (recordings: readonly Recording[]) => T | undefined,
): Promise<T[]> {
  const pieces: T[] = [];
  let own: Recording[] = [];
  const close = (): void => {
    const piece = own.length === 0 ? undefined : toPiece(own);
    if (piece !== undefined) pieces.push(piece);
    own = [];
  };
  for await (const recording of dataset.read(join(root, dataset.folder), { tally: new Tally() })) {
    if (recording.subject !== own[0]?.subject) close();
    if (pieces.length >= PEOPLE_READ) break;
    own.push(recording);
  }
  close();
  return pieces;
}

/** People who do not exist, typing one long text and pointing at one thing after the other. */
export function simulatedPeople(seed: number): Person[] {
  const random = createRandom(seed);
  return createPopulation(PEOPLE_READ, seed).map((person) => {
    const presses = new Map<number, Keystroke>();
    for (const { phase, press, at, zone } of typeText(person, { keystrokes: KEYS_NEEDED, startAt: 0, random }))
      if (phase === "down") presses.set(press, { zone, pressAt: at, releaseAt: at });
      else if (phase === "up") presses.set(press, { zone, pressAt: presses.get(press)?.pressAt ?? at, releaseAt: at });
    const targets = Array.from({ length: 150 }, () => ({
      x: Math.round(random() * (SCREEN.width - 1)),
      y: Math.round(random() * (SCREEN.height - 1)),
      widthPx: 40,
    }));
    const moves = movePointer(person, { from: { x: 400, y: 300 }, targets, startAt: 0, random });
    return { keys: [...presses.values()], moves: moves.map(({ at, x, y }) => ({ at, x, y })) };
  });
}
