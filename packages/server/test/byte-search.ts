import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Returns the files of a folder. */
export async function filesOf(folder: string): Promise<NamedBytes[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** Returns which needles lie in which files. One look at each place of a file, however many needles there are. */
export function hits(files: readonly NamedBytes[], needles: ReadonlyMap<string, Buffer>): string[] {
  const byHead = new Map<string, [what: string, needle: Buffer][]>();
  const isStart = new Uint8Array(2 ** 24);
  for (const [what, needle] of needles) {
    if (needle.length < 4) throw new RangeError(`${what} is too short to be looked for: ${needle.length} bytes`);
    isStart[needle.readUIntBE(0, 3)] = 1;
    const head = headAt(needle, 0, HEADS.find((length) => length <= needle.length) ?? 4);
    byHead.set(head, [...(byHead.get(head) ?? []), [what, needle]]);
  }
  const found = new Set<string>();
  for (const { name, bytes } of files)
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      const start = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      if (isStart[start] === 0) continue;
      for (const length of HEADS)
        for (const [what, needle] of byHead.get(headAt(bytes, at, length)) ?? [])
          if (bytes.compare(needle, 0, needle.length, at, Math.min(bytes.length, at + needle.length)) === 0)
            found.add(`${what} in ${name}`);
    }
  return [...found];
}
/** Needles are told apart by as many of their first bytes as they have of these. */
const HEADS = [8, 4] as const;

function headAt(bytes: Buffer, at: number, length: number): string {
  return bytes.toString("latin1", at, at + length);
}
