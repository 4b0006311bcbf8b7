import { confirm } from "@clack/prompts";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { addServiceOptions, reachService, type ServiceOptions } from "../service/reach.ts";
import { isInteractive, print, printJson, type Terminal } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface EraseOptions extends ServiceOptions {
  readonly subject: string;
  readonly yes: boolean;
  readonly json: boolean;
}

export function addErase({ program, terminal }: Cli): void {
  const command = program
    .command("erase")
    .summary("destroy what a service keeps about a subject")
    .description(
      "Destroys the subject's data key in a running service, then everything kept about the subject. For good.",
    )
    .requiredOption("--subject <id>", "the application's id of the subject")
    .option("--yes", "do not ask", false);
  addServiceOptions(command)
    .addOption(jsonOption())
    .action(async (options: EraseOptions) => {
      const { subject } = options;
      const { client, url } = await reachService(terminal, options);
      if (!options.yes) await ask(terminal, `Erase everything about ${subject} at ${url}, for good?`);
      await client.eraseSubject(subject);
      if (options.json) printJson(terminal, { subject, erased: true });
      else
        print(
          terminal,
          `${subject}: erased. Backups made from now on hold no behaviour of theirs; older ones open until the keys that wrap them are retired (habitus keys).`,
        );
    });
}

async function ask(terminal: Terminal, message: string): Promise<void> {
  if (!isInteractive(terminal)) throw new CliError("badUsage", "nobody is here to be asked: say --yes.");
  const answer = await confirm({ message, initialValue: false, output: terminal.stdout });
  if (answer !== true) throw new CliError("refused", "nothing was erased.");
}
