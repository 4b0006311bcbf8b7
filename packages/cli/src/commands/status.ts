import type { Cli } from "../run.ts";
import { addServiceOptions, reachService, type ServiceOptions } from "../service/reach.ts";
import { print, printJson } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface StatusOptions extends ServiceOptions {
  readonly json: boolean;
}

export function addStatus({ program, terminal }: Cli): void {
  const command = program
    .command("status")
    .summary("what a running service compares people with, and what to do about it")
    .description("Prints the system, the background, how many people are enrolled, and what an operator should know.");
  addServiceOptions(command)
    .addOption(jsonOption())
    .action(async (options: StatusOptions) => {
      const { client, url } = await reachService(terminal, options);
      const status = await client.status();
      if (options.json) {
        printJson(terminal, status);
        return;
      }
      const { system, background, enrolled, advice } = status;
      const whom = background === null ? "other subjects" : describe(background);
      print(terminal, `${url}: system ${system}, compares with ${whom}; ${enrolled} people are enrolled.`);
      if (background !== null)
        print(
          terminal,
          `Pointing is compared with ${describe(background.pointing)}; usage with ${describe(background.usage)}.`,
        );
      for (const sentence of advice) print(terminal, sentence);
    });
}

function describe({
  id,
  people,
  own,
  epsilon,
}: {
  readonly id: string;
  readonly people: number;
  readonly own: boolean;
  readonly epsilon?: number | undefined;
}): string {
  const promise = epsilon === undefined ? "" : ` with a promise of privacy (epsilon ${epsilon.toFixed(1)})`;
  return `${id}, ${own ? "this service's own" : "the shipped one"}, of ${people} people${promise}`;
}
