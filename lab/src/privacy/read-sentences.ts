import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { requireFolder } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import { readRows, toNumber } from "../reading/read-rows.ts";

const SECTIONS = "sections.tsv.gz";
const SECTION_COLUMNS = ["PARTICIPANT_ID", "TEST_SECTION_ID", "SENTENCE", "USER_INPUT"];
const KEYS = "keystrokes.tsv.gz";
const KEY_COLUMNS = [
  "PARTICIPANT_ID",
  "TEST_SECTION_ID",
  "KEYSTROKE_ID",
  "PRESS_TIME",
  "RELEASE_TIME",
  "LETTER",
  "KEYCODE",
];

/** Returns a number for the sentence that each recording (by its id) was a copy of; the text itself is forgotten as it is read. */
export async function sentenceOf(root: string): Promise<ReadonlyMap<string, number>> {
  const path = join(requireFolder(aaltoDesktop, root), SECTIONS);
  if (!existsSync(path))
    throw new LabError("dataMissing", `${path} is missing: what sentences were copied is needed to guess them.`);
  const numbers = new Map<string, number>();
  const sentences = new Map<string, number>();
  for await (const rows of readRows(path, { columns: SECTION_COLUMNS, separator: "\t" }).batches)
    for (const [subject, session, text = ""] of rows) {
      const digest = createHash("sha256").update(text).digest("hex");
      const number = numbers.get(digest) ?? numbers.size;
      numbers.set(digest, number);
      sentences.set(`${subject}/${session}`, number);
    }
  return sentences;
}

/** Key codes by recording, in order of the file: for counting what zones leave open, and nothing else. */
export async function keyCodes(root: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const path = join(requireFolder(aaltoDesktop, root), KEYS);
  const codes = new Map<string, number[]>();
  for await (const rows of readRows(path, { columns: KEY_COLUMNS, separator: "\t" }).batches)
    for (const row of rows) {
      const id = `${row[0]}/${row[1]}`;
      const list = codes.get(id) ?? [];
      codes.set(id, list);
      list.push(toNumber(row[6]));
    }
  return codes;
}
