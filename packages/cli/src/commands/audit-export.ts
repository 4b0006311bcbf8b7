import { readFile, rename, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { toCef } from "@habitus/server";
import type { Administration } from "@habitus/wire";
import { type Command, Option } from "commander";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "../data/file-error.ts";
import type { Cli } from "../run.ts";
import { type AdministerOptions, addAdministerOptions, withDesk } from "../service/administer.ts";
import { readAll } from "../service/read-audit.ts";
import { print, type Terminal, untilStopped } from "../terminal/terminal.ts";
import { wholeNumber } from "./options.ts";

interface ExportOptions extends AdministerOptions {
  readonly format: "jsonl" | "cef";
  readonly after: number;
  readonly follow: boolean;
  readonly cursor?: string;
}

const EVERY_MS = 2_000;

export function addAuditExport(audit: Command, { terminal }: Cli): void {
  const command = audit
    .command("export")
    .description(
      "Prints the log for a SIEM or a copy elsewhere: one entry a line, as JSON (with the signed marks after them, so that the copy can be " +
        "verified) or in the Common Event Format. It holds no behaviour.",
    );
  addAdministerOptions(command)
    .addOption(new Option("--format <format>", "one entry a line").choices(["jsonl", "cef"]).default("jsonl"))
    .addOption(new Option("--after <id>", "only entries behind this one").default(0).argParser(wholeNumber(0)))
    .option("--cursor <file>", "keep the last id in this file and go on from there the next time")
    .addOption(new Option("--follow", "go on with what is added, until Ctrl-C").default(false))
    .action((options: ExportOptions) =>
      untilStopped(terminal, (signal) =>
        withDesk(terminal, options, ({ administration }) =>
          exportLog(terminal, administration, { ...options, signal }),
        ),
      ),
    );
}

async function exportLog(
  terminal: Terminal,
  administration: Administration,
  { format, after, follow, cursor, signal }: ExportOptions & { readonly signal: AbortSignal },
): Promise<void> {
  let last = Math.max(after, cursor === undefined ? 0 : await readCursor(cursor));
  for (;;) {
    const marks = await administration.audit.marks();
    const before = last;
    // Not beyond the marks: so that what stands before them is what they sign.
    for await (const entry of readAll(administration, last)) {
      if (entry.id > (marks.head?.id ?? 0)) break;
      print(terminal, format === "cef" ? toCef(entry) : JSON.stringify(entry));
      last = entry.id;
    }
    if (format === "jsonl" && (last > before || !follow)) print(terminal, JSON.stringify({ marks }));
    if (cursor !== undefined && last > before) await keepCursor(cursor, last);
    if (!follow || signal.aborted) return;
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

async function readCursor(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "0";
    throw explainFileError(error, path);
  });
  const id = Number(text.trim());
  if (!Number.isSafeInteger(id) || id < 0)
    throw new CliError("badData", `${path} must hold the id of an entry, and nothing else.`);
  return id;
}

/** Written beside and renamed: a process killed here leaves the old cursor, and lines come twice rather than never. */
async function keepCursor(path: string, id: number): Promise<void> {
  const next = `${path}.new`;
  await writeFile(next, `${id}\n`).catch((error: unknown) => {
    throw explainFileError(error, path);
  });
  await rename(next, path);
}
