import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSimulatedSets } from "./write-sets.ts";

/** Writes the simulated sets that the tests share into a new folder; `remove` takes it away again. */
export function temporarySets(people: number, seed = 11): { readonly root: string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), "habitus-lab-"));
  writeSimulatedSets(root, { seed, people });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
