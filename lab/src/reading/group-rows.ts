import { LabError } from "../lab-error.ts";

/**
 * Yields the rows of one subject after the other; only one subject's rows are in memory. Throws a LabError when a subject comes
 * back after another: the files are grouped by subject, and one that is not has been put together wrongly.
 */
export async function* groupRows(
  batches: AsyncIterable<readonly string[][]>,
  { key, path }: { readonly key: (row: readonly string[]) => string; readonly path: string },
): AsyncGenerator<{ readonly key: string; readonly rows: readonly string[][] }> {
  const done = new Set<string>();
  let current: string | undefined;
  let rows: string[][] = [];
  for await (const batch of batches)
    for (const row of batch) {
      const name = key(row);
      if (name !== current) {
        if (current !== undefined) {
          yield { key: current, rows };
          done.add(current);
        }
        if (done.has(name))
          throw new LabError(
            "malformedData",
            `${path}: the rows of subject ${name} are not together. Sort the file by subject.`,
          );
        current = name;
        rows = [];
      }
      rows.push(row);
    }
  if (current !== undefined) yield { key: current, rows };
}
