import type { Recording } from "../recordings/recording.ts";

/** Counts what was left out, by reason. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** By reason, in alphabetical order. */
  toObject(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export interface ReadOptions {
  readonly tally: Tally;
  /** Called with the bytes read, for a progress bar. */
  readonly onBytes?: (count: number) => void;
  /** Called when a file is read to its end. */
  readonly onFile?: (name: string, sha256: string) => void;
}

/** A public data set: what is known about it, and how its files become recordings. */
export interface Dataset {
  readonly name: string;
  /** The folder's name under a data root. */
  readonly folder: string;
  readonly title: string;
  readonly source: string;
  readonly citation: string;
  readonly terms: string;
  readonly flaws: readonly string[];
  /** Files that must be in the folder; undefined: see `isFolder`. */
  readonly files: readonly string[];
  /** sha256 of the files these figures were made with, by name; a file that differs is read all the same and its own checksum reported. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Yields recordings as they are read: nothing but the recording at hand is kept here. */
  readonly read: (folder: string, options: ReadOptions) => AsyncGenerator<Recording>;
  /** The files of this folder that belong to the data set, where their names are not fixed. */
  readonly listFiles?: (folder: string) => readonly string[];
}
