import type { HabitusClient } from "@habitus/client";
import { verifyAudit } from "@habitus/server";
import type { AuditEntry } from "@habitus/wire";
import { EXIT } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { addServiceOptions, reachService, type ServiceOptions } from "../service/reach.ts";
import { print, printJson } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface AuditOptions extends ServiceOptions {
  readonly json: boolean;
}

export function addAudit({ program, terminal, finish }: Cli): void {
  const audit = program.command("audit").summary("read and verify a service's audit log");
  audit.description(
    "What the service did for the application: every enrolment, decision and change, each entry chained to the one before.",
  );
  const list = audit.command("list").description("Prints the entries, oldest first.");
  addServiceOptions(list)
    .addOption(jsonOption())
    .action(async (options: AuditOptions) => {
      const { client } = await reachService(terminal, options);
      for await (const entry of readAll(client))
        if (options.json) printJson(terminal, entry);
        else print(terminal, describe(entry));
    });
  const verify = audit
    .command("verify")
    .description("Recomputes the chain: exit code 1 where an entry was altered or is missing.");
  addServiceOptions(verify)
    .addOption(jsonOption())
    .action(async (options: AuditOptions) => {
      const { client } = await reachService(terminal, options);
      const entries: AuditEntry[] = [];
      for await (const entry of readAll(client)) entries.push(entry);
      const verdict = verifyAudit(entries);
      if (verdict.kind === "broken") finish(EXIT.failedCheck);
      if (options.json) printJson(terminal, verdict);
      else if (verdict.kind === "broken")
        print(
          terminal,
          `The audit log is broken: entry ${verdict.at} was ${verdict.reason === "altered" ? "altered" : "removed"}.`,
        );
      else
        print(
          terminal,
          `The audit log is intact: ${verdict.entries} entries, the last with hash ${verdict.head}. Note it: entries cut off at the end only show against it.`,
        );
    });
}

async function* readAll(client: HabitusClient): AsyncGenerator<AuditEntry> {
  let after = 0;
  for (;;) {
    const entries = await client.audit({ after });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || last.id <= after) return;
    after = last.id;
  }
}

function describe({ id, at, action, actor, subject, detail }: AuditEntry): string {
  const facts = Object.entries(detail).map(([name, content]) => `${name}=${content}`);
  return [String(id).padStart(6), new Date(at).toISOString(), action, `by ${actor}`, subject ?? "", ...facts]
    .join("  ")
    .trimEnd();
}
