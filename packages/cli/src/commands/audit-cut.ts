import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { openData } from "../service/administer.ts";
import { stopService } from "../service/start.ts";
import { print } from "../terminal/terminal.ts";
import { dataOption } from "./options.ts";

interface CutOptions {
  readonly data: string;
  readonly application: string;
  readonly before: string;
}

export function addAuditCut(audit: Command, { terminal }: Cli): void {
  audit
    .command("cut")
    .description(
      "Deletes the oldest entries of a log whose time is over, and leaves a signed mark of where they ended. Export them first. Works on a " +
        "data folder that no service uses.",
    )
    .requiredOption("--application <name>", "whose log; `service` for what belongs to none")
    .requiredOption("--before <date>", "entries of earlier days go, for example 2025-01-01")
    .addOption(dataOption())
    .action(async ({ data, application, before }: CutOptions) => {
      const at = Date.parse(before);
      if (!(at <= Date.now()))
        throw new CliError("badUsage", `--before must be a day that is over, such as 2025-01-01, got "${before}".`);
      const service = await openData(terminal, data);
      if (service === undefined) throw new CliError("refused", `a service runs on ${data}: stop it first.`);
      try {
        if (application !== "service" && !(await service.apiKeys.applications()).includes(application))
          throw new CliError("badUsage", `there is no application called "${application}" in ${data}.`);
        await service.cutAudit(application, at);
        print(
          terminal,
          `${application}: entries of before ${new Date(at).toISOString()} are deleted; a signed mark says where they ended.`,
        );
      } finally {
        await stopService(service);
      }
    });
}
