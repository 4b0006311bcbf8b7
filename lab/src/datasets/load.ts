import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../lab-error.ts";
import type { Recording } from "../recordings/recording.ts";
import { type Dataset, Tally } from "./dataset.ts";

/** What `metrics.json` says about a data set. */
export interface DataStatement {
  readonly name: string;
  /** Of the file, or of the list "sha256  name" of all files when there are several. */
  readonly sha256: string;
  readonly subjects: number;
  readonly recordings: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, string>>;
}

export interface Loaded {
  readonly recordings: readonly Recording[];
  readonly statement: DataStatement;
}

/** Returns where the data set lies: in `root` itself or in its sub-folder; undefined when it is in neither. */
export function findFolder(dataset: Dataset, root: string): string | undefined {
  return [join(root, dataset.folder), root].find((folder) => {
    const files = dataset.listFiles?.(folder) ?? dataset.files;
    return files.length > 0 && files.every((file) => existsSync(join(folder, file)));
  });
}

/** Returns where the data set lies or throws a LabError with a sentence that says what is missing. */
export function requireFolder(dataset: Dataset, root: string): string {
  const found = findFolder(dataset, root);
  if (found !== undefined) return found;
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new LabError(
      "dataMissing",
      `${root} is not a folder. Name the folder that holds ${dataset.folder}/ with --data.`,
    );
  throw new LabError(
    "dataMissing",
    `${root} holds no ${dataset.name}: neither it nor ${join(root, dataset.folder)} has ${dataset.files.join(", ")}. Where to get it: habitus lab data ${dataset.name}`,
  );
}

/** Reads a data set into memory, subjects in the order of their first recording. */
export async function load(
  dataset: Dataset,
  root: string,
  { onBytes }: { readonly onBytes?: (count: number) => void } = {},
): Promise<Loaded> {
  const folder = requireFolder(dataset, root);
  const tally = new Tally();
  const files: Record<string, string> = {};
  const recordings: Recording[] = [];
  const onFile = (name: string, sha256: string): void => {
    files[name] = sha256;
  };
  const options = { tally, onFile };
  for await (const recording of dataset.read(folder, onBytes === undefined ? options : { ...options, onBytes }))
    recordings.push(recording);
  const subjects = new Set(recordings.map(({ subject }) => subject)).size;
  if (subjects < 2)
    throw new LabError(
      "malformedData",
      `${folder} holds usable recordings of ${subjects} people; at least 2 are needed to compare anybody with anybody.`,
    );
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    recordings,
    statement: {
      name: dataset.name,
      sha256: combined(sorted),
      subjects,
      recordings: recordings.length,
      dropped: tally.toObject(),
      files: sorted,
    },
  };
}

function combined(files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files);
  const only = entries[0];
  if (entries.length === 1 && only !== undefined) return only[1];
  const list = entries.map(([name, sha256]) => `${sha256}  ${name}\n`).join("");
  return createHash("sha256").update(list).digest("hex");
}
