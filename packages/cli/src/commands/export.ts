import { writeFile } from "node:fs/promises";
import { explainFileError } from "../data/file-error.ts";
import type { Cli } from "../run.ts";
import { addServiceOptions, reachService, type ServiceOptions } from "../service/reach.ts";
import { print, printJson } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface ExportOptions extends ServiceOptions {
  readonly subject: string;
  readonly out?: string;
  readonly json: boolean;
}

export function addExport({ program, terminal }: Cli): void {
  const command = program
    .command("export")
    .summary("everything a service keeps about a subject")
    .description("Prints, as JSON, everything that a running service keeps about a subject.")
    .requiredOption("--subject <id>", "the application's id of the subject")
    .option("--out <file>", "write it to a file that only this user may read");
  addServiceOptions(command)
    .addOption(jsonOption())
    .action(async (options: ExportOptions) => {
      const { subject, json } = options;
      const { client } = await reachService(terminal, options);
      const kept = await client.exportSubject(subject);
      if (options.out === undefined) {
        printJson(terminal, kept);
        return;
      }
      const { out } = options;
      await writeFile(out, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 }).catch((error: unknown) => {
        throw explainFileError(error, out);
      });
      if (json) printJson(terminal, { subject, out });
      else print(terminal, `${out}: everything kept about ${subject}`);
    });
}
