import { readFileSync } from "node:fs";
import type { DataStatement } from "../datasets/load.ts";
import { labFile } from "../reading/lab-file.ts";
import type { Row } from "./row.ts";

/** The content of `metrics.json`. It holds no time and no path but the command's: the same run gives the same bytes. */
export interface Statement {
  readonly experiment: string;
  readonly command: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly data: readonly DataStatement[];
  readonly rows: readonly Row[];
  /** Of each system to the first one, on the same resamples of the same people. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly protocol: string;
  readonly system: string;
  readonly minus: string;
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Returns the versions a figure depends on. */
export function versions(
  systems: readonly { readonly name: string; readonly version: number }[],
): Record<string, string> {
  return {
    lab: packageVersion(),
    node: process.version,
    ...Object.fromEntries(systems.map(({ name, version }) => [name, `${name}@${version}`])),
  };
}

function packageVersion(): string {
  // Safe: the lab's own file; a version that is missing shows as such.
  const { version } = JSON.parse(readFileSync(labFile("package.json"), "utf8")) as { readonly version?: string };
  return version ?? "unknown";
}

/** Returns the statement as the text of the file. */
export function toJson(statement: Statement): string {
  return `${JSON.stringify(statement, null, 1)}\n`;
}
