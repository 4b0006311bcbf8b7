import { datasets } from "../datasets/index.ts";
import { findFolder } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";

/** Returns where to get each data set, on which terms, and what is wrong with it. */
export function describeData(name: string | undefined, root: string | undefined): string {
  const chosen =
    name === undefined ? datasets : datasets.filter((dataset) => dataset.name === name || dataset.folder === name);
  if (chosen.length === 0)
    throw new LabError(
      "usage",
      `No data set is called ${JSON.stringify(name)}. There are: ${datasets.map((one) => one.name).join(", ")}.`,
    );
  const parts = chosen.map((dataset) => {
    const found = root === undefined ? undefined : findFolder(dataset, root);
    const sums = Object.entries(dataset.sha256).map(([file, sha256]) => `  sha256    ${file} ${sha256}`);
    return [
      `${dataset.name}: ${dataset.title}`,
      `  source    ${dataset.source}`,
      `  cite      ${dataset.citation}`,
      `  terms     ${dataset.terms}`,
      `  files     ${dataset.folder}/{${dataset.files.join(", ")}}${root === undefined ? "" : found === undefined ? ` (not in ${root})` : ` (found in ${found})`}`,
      ...sums,
      ...dataset.flaws.map((flaw) => `  flaw      ${flaw}`),
    ].join("\n");
  });
  return `${parts.join("\n\n")}\n\nNo data set is part of Habitus: get it from its source, put the files (gzip-compressed tables, columns as in lab/README.md) into a folder\nof that name, and name the folder above it with --data.\n`;
}
