import type { AuditEntry } from "@habitus/wire";
import type { Cli } from "../run.ts";
import { type AdministerOptions, addAdministerOptions, withDesk } from "../service/administer.ts";
import { readAll } from "../service/read-audit.ts";
import { print, printJson } from "../terminal/terminal.ts";
import { addAuditCut } from "./audit-cut.ts";
import { addAuditExport } from "./audit-export.ts";
import { addAuditVerify } from "./audit-verify.ts";
import { jsonOption } from "./options.ts";

export function addAudit(cli: Cli): void {
  const { program, terminal } = cli;
  const audit = program.command("audit").summary("read, verify and export a service's audit log");
  audit.description(
    "What the service did for the application, and who looked at whom: each entry chained to the one before, the end of the chain signed.",
  );
  const list = audit.command("list").description("Prints the entries, oldest first.");
  addAdministerOptions(list)
    .addOption(jsonOption())
    .action((options: AdministerOptions & { readonly json: boolean }) =>
      withDesk(terminal, options, async ({ administration }) => {
        for await (const entry of readAll(administration))
          if (options.json) printJson(terminal, entry);
          else print(terminal, describe(entry));
      }),
    );
  addAuditVerify(audit, cli);
  addAuditExport(audit, cli);
  addAuditCut(audit, cli);
}

function describe({ id, at, action, actor, subject, detail }: AuditEntry): string {
  const facts = Object.entries(detail).map(([name, content]) => `${name}=${content}`);
  return [String(id).padStart(6), new Date(at).toISOString(), action, `by ${actor}`, subject ?? "", ...facts]
    .join("  ")
    .trimEnd();
}
