import { open } from "node:fs/promises";
import type { Administration, AuditEntry, AuditMarks } from "@habitus/wire";
import { auditEntry, auditMarks } from "@habitus/wire/schemas";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "../data/file-error.ts";

/** Yields every entry behind `after`, oldest first. */
export async function* readAll({ audit }: Administration, after = 0): AsyncGenerator<AuditEntry> {
  for (let last = after; ; ) {
    const entries = await audit.entries({ after: last });
    yield* entries;
    const newest = entries.at(-1);
    if (newest === undefined || newest.id <= last) return;
    last = newest.id;
  }
}

/** What `habitus audit export` wrote: entries, and the newest marks among them. */
export interface AuditCopy {
  readonly entries: readonly AuditEntry[];
  readonly marks: AuditMarks | undefined;
}

/** Reads an export. Throws a `CliError` that names the line. */
export async function readCopy(path: string): Promise<AuditCopy> {
  const file = await open(path).catch((error: unknown) => {
    throw explainFileError(error, path);
  });
  const entries: AuditEntry[] = [];
  let marks: AuditMarks | undefined;
  let number = 0;
  for await (const line of file.readLines()) {
    number += 1;
    if (line.trim() === "") continue;
    const value = parse(line, path, number);
    const entry = auditEntry.safeParse(value);
    const marked = auditMarks.safeParse(typeof value === "object" && value !== null && "marks" in value && value.marks);
    if (entry.success) entries.push(entry.data);
    else if (marked.success) marks = marked.data;
    else throw new CliError("badData", `${path}, line ${number}: neither an audit entry nor marks.`);
  }
  return { entries, marks };
}

function parse(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new CliError("badData", `${path}, line ${number}: this is not JSON.`, { cause });
  }
}
