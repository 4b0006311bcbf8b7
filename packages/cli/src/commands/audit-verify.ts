import { resolve } from "node:path";
import {
  checkLog,
  FINDINGS,
  type FolderVerdict,
  type LogVerdict,
  loadKeysConfig,
  StorageError,
  verifyFolder,
} from "@habitus/server";
import type { Command } from "commander";
import { CliError, EXIT } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { type AdministerOptions, addAdministerOptions, withDesk } from "../service/administer.ts";
import { readAll, readCopy } from "../service/read-audit.ts";
import { explainStart } from "../service/start.ts";
import { print, printJson, remark, type Terminal } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface VerifyOptions extends AdministerOptions {
  readonly json: boolean;
  readonly file?: string;
  readonly against?: string;
  readonly publicKey?: string;
}

export function addAuditVerify(audit: Command, { terminal, finish }: Cli): void {
  const verify = audit
    .command("verify")
    .description(
      "Checks the chain and what was signed of it: exit code 1 where an entry was altered, removed or put in, the chain made anew or its " +
        "end cut off. Without --url and --file it checks every log in the data folder, with the service's own key.",
    );
  addAdministerOptions(verify)
    .option("--file <export>", "check what habitus audit export wrote, no service needed")
    .option("--against <export>", "check that the log still has every entry of this earlier export")
    .option(
      "--public-key <key>",
      "the service's, as noted before (base64url); default: the one that comes with the log",
    )
    .addOption(jsonOption())
    .action(async (options: VerifyOptions) => {
      const verdicts = await verifyAll(terminal, options);
      if (verdicts.some(({ verdict }) => verdict.kind === "broken")) finish(EXIT.failedCheck);
      for (const one of verdicts)
        if (options.json) printJson(terminal, { log: one.log, ...one.verdict });
        else print(terminal, describe(one));
    });
}

async function verifyAll(terminal: Terminal, options: VerifyOptions): Promise<readonly FolderVerdict[]> {
  const copy = options.against === undefined ? undefined : await readHashes(options.against);
  if (options.file !== undefined) return [await verifyFile(terminal, options, { file: options.file, copy })];
  const isRemote = options.url !== undefined || terminal.env.HABITUS_URL !== undefined;
  if (!isRemote) {
    const found = await verifyHere(terminal, options, copy);
    if (found !== undefined) return found;
  }
  return withDesk(terminal, options, async ({ administration, url }) => {
    const marks = await administration.audit.marks();
    const check = checkLog(marks, {
      publicKey: keyOf(options, marks.publicKey),
      ...(copy === undefined ? {} : { copy }),
    });
    // The marks were read first: what came since is beyond them and not judged yet.
    for await (const entry of readAll(administration)) if (entry.id <= (marks.head?.id ?? 0)) check.add([entry]);
    return [{ log: url, verdict: check.finish() }];
  });
}

/** Undefined where a service runs on the folder: then it is asked. */
async function verifyHere(
  { env }: Terminal,
  { data, application }: VerifyOptions,
  copy: ReadonlyMap<number, string> | undefined,
): Promise<readonly FolderVerdict[] | undefined> {
  const dataDir = resolve(data);
  try {
    const copies = new Map(copy === undefined || application === undefined ? [] : [[application, copy]]);
    if (copy !== undefined && application === undefined)
      throw new CliError("badUsage", "--against needs --application here: which log is the export of?");
    const found = await verifyFolder(dataDir, { keys: loadKeysConfig(env), copies });
    return application === undefined ? found : found.filter(({ log }) => log === application);
  } catch (error) {
    if (error instanceof StorageError && error.code === "busy") return undefined;
    throw explainStart(error, { port: 0, dataDir });
  }
}

async function verifyFile(
  terminal: Terminal,
  options: VerifyOptions,
  { file, copy }: { readonly file: string; readonly copy: ReadonlyMap<number, string> | undefined },
): Promise<FolderVerdict> {
  const { entries, marks } = await readCopy(file);
  if (marks === undefined) throw new CliError("badData", `${file} has no signed marks: it was not written to its end.`);
  if (options.publicKey === undefined)
    remark(
      terminal,
      `The public key is the file's own (id ${marks.keyId}): compare it with the service's, or give --public-key.`,
    );
  const publicKey = keyOf(options, marks.publicKey);
  const check = checkLog(marks, { publicKey, part: true, ...(copy === undefined ? {} : { copy }) });
  check.add(entries);
  return { log: file, verdict: check.finish() };
}

async function readHashes(path: string): Promise<ReadonlyMap<number, string>> {
  const { entries } = await readCopy(path);
  return new Map(entries.map(({ id, hash }) => [id, hash]));
}

function keyOf({ publicKey }: VerifyOptions, fallback: string): Uint8Array {
  const bytes = Buffer.from(publicKey ?? fallback, "base64url");
  if (bytes.length !== 32) throw new CliError("badUsage", "the public key must be 32 bytes in base64url.");
  return bytes;
}

function describe({ log, verdict }: FolderVerdict): string {
  if (verdict.kind === "broken") return [`${log}: the audit log is broken.`, ...findings(verdict)].join("\n");
  const { from, entries, head } = verdict;
  if (entries === 0) return `${log}: the audit log is empty.`;
  return `${log}: the audit log is intact, entries ${from} to ${from + entries - 1}, the last with hash ${head}.`;
}

function findings(verdict: Extract<LogVerdict, { kind: "broken" }>): string[] {
  return verdict.findings.map(({ kind, at }) => `  entry ${at}: ${FINDINGS[kind]} (${kind})`);
}
