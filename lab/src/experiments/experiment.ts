import type { Dataset } from "../datasets/dataset.ts";
import { type DataStatement, findFolder, type Loaded, load } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import {
  apartBackground,
  type Background,
  fixedBackground,
  foldedBackground,
  halves,
} from "../protocols/background.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { withoutTested } from "../protocols/without-tested.ts";
import type { Recording } from "../recordings/recording.ts";

/** Where the recordings come from: one folder, or one to learn from and one to test on. */
export interface Folders {
  readonly data: string | undefined;
  readonly background: string | undefined;
  readonly test: string | undefined;
}

export interface BuildOptions {
  readonly folders: Folders;
  readonly seed: number;
}

export interface Built {
  readonly protocols: readonly Protocol[];
  readonly data: readonly DataStatement[];
  /** One phrase typed again and again. */
  readonly phrase: boolean;
}

/** A named experiment whose result is comparisons under protocols. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly build: (options: BuildOptions) => Promise<Built>;
}

export interface People {
  readonly test: readonly Recording[];
  readonly background: Background;
  readonly data: readonly DataStatement[];
}

/** How the people of one folder are shared out when no separate background is named. */
export type Sharing = { readonly kind: "folds" | "apart"; readonly folds: number } | { readonly kind: "halves" };

/** Returns the folder to test on, or says that one must be named. */
export function testFolder({ data, test }: Folders): string {
  const folder = test ?? data;
  if (folder === undefined)
    throw new LabError("usage", "Name the folder with the recordings: --data DIR (or --test DIR).");
  return folder;
}

/** Loads the tested people and their background. With --background everybody in it is learnt from and everybody else is tested. */
export async function loadPeople(dataset: Dataset, { folders, seed }: BuildOptions, sharing: Sharing): Promise<People> {
  const { recordings, statement } = await load(dataset, testFolder(folders));
  if (folders.background !== undefined) {
    const other = withoutTested(await load(dataset, folders.background), recordings);
    const background = fixedBackground(other.recordings, "background: the people of --background");
    return {
      test: recordings,
      background,
      data: [statement, { ...other.statement, name: `${dataset.name} (background)` }],
    };
  }
  if (sharing.kind !== "halves") {
    const background = (sharing.kind === "folds" ? foldedBackground : apartBackground)(recordings, {
      folds: sharing.folds,
      seed,
    });
    return { test: recordings, background, data: [statement] };
  }
  const half = halves([...new Set(recordings.map(({ subject }) => subject))], seed);
  const known = recordings.filter(({ subject }) => half.background.has(subject));
  return {
    test: recordings.filter(({ subject }) => half.test.has(subject)),
    background: fixedBackground(known, "background: the other half of the people, who are not tested"),
    data: [statement],
  };
}

/** Returns the first of the folders that holds the data set. */
export function firstWith(dataset: Dataset, folders: readonly (string | undefined)[]): string | undefined {
  return folders.find((folder) => folder !== undefined && findFolder(dataset, folder) !== undefined);
}

/** Loads the first people of another data set, where the folder to learn from (or the only one) holds it. */
export async function loadFurther(
  dataset: Dataset,
  { folders }: BuildOptions,
  people: number,
): Promise<Loaded | undefined> {
  const folder = firstWith(dataset, [folders.background, folders.data]);
  if (folder === undefined) return undefined;
  const { recordings, statement } = await load(dataset, folder);
  const names = new Set([...new Set(recordings.map(({ subject }) => subject))].slice(0, people));
  return {
    recordings: recordings.filter(({ subject }) => names.has(subject)),
    statement: { ...statement, name: `${dataset.name} (further)` },
  };
}
