import { type OneTimeLink, OPERATOR_ROLES, type OperatorRecord, type OperatorRole } from "@habitus/wire";
import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { type AdministerOptions, addAdministerOptions, type Desk, withDesk } from "../service/administer.ts";
import { consoleLink } from "../service/console-link.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import { jsonOption } from "./options.ts";

interface OperatorOptions extends AdministerOptions {
  readonly json: boolean;
}

export function addOperator({ program, terminal }: Cli): void {
  const operator = program.command("operator").summary("who may open an application's console");
  operator.description(
    "Operators sign in to the console with passkeys. Roles: a viewer sees lists, an analyst also why somebody is judged as they are, " +
      "an admin may also change and erase. What is shown of a person is in the audit log.",
  );
  const add = operator
    .command("add <name>")
    .description("Lets somebody in and prints a one-time link to register a passkey.");
  addAdministerOptions(add)
    .addOption(new Option("--role <role>", "what they may do").choices([...OPERATOR_ROLES]).makeOptionMandatory())
    .addOption(jsonOption())
    .action((name: string, options: OperatorOptions & { readonly role: OperatorRole }) =>
      withDesk(terminal, options, async (desk) => {
        const link = await desk.administration.operators.add({ name, role: options.role });
        tell(terminal, options, { desk, link, name });
      }),
    );
  const list = operator.command("list").description("Prints who may open the console.");
  addAdministerOptions(list)
    .addOption(jsonOption())
    .action((options: OperatorOptions) =>
      withDesk(terminal, options, async ({ administration }) => {
        const found = await administration.operators.list();
        for (const one of found)
          if (options.json) printJson(terminal, one);
          else print(terminal, describe(one));
        if (found.length === 0 && !options.json) print(terminal, "Nobody yet: habitus operator add NAME --role admin");
      }),
    );
  const link = operator.command("link <name>").description("Prints another one-time link to register a passkey.");
  addAdministerOptions(link)
    .addOption(jsonOption())
    .action((name: string, options: OperatorOptions) =>
      withDesk(terminal, options, async (desk) => {
        const { operator: id } = await find(desk, name);
        tell(terminal, options, { desk, link: await desk.administration.operators.link(id), name });
      }),
    );
  const remove = operator.command("remove <name>").description("Shuts the console to somebody, at once.");
  addAdministerOptions(remove)
    .addOption(jsonOption())
    .action((name: string, options: OperatorOptions) =>
      withDesk(terminal, options, async (desk) => {
        const { operator: id } = await find(desk, name);
        await desk.administration.operators.remove(id);
        if (options.json) printJson(terminal, { operator: id, removed: true });
        else print(terminal, `${name} can no longer open the console.`);
      }),
    );
}

async function find({ administration }: Desk, name: string): Promise<OperatorRecord> {
  const found = (await administration.operators.list()).find((one) => one.name === name);
  if (found === undefined)
    throw new CliError("badUsage", `there is no operator called "${name}": see habitus operator list.`);
  return found;
}

interface Told {
  readonly desk: Desk;
  readonly link: OneTimeLink;
  readonly name: string;
}

function tell(terminal: Terminal, { json }: OperatorOptions, { desk, link, name }: Told): void {
  const address = consoleLink(desk.url, link.token);
  if (json) {
    printJson(terminal, { operator: link.operator, name, link: address, expiresAt: link.expiresAt });
    return;
  }
  print(terminal, `For ${name}, once, until ${new Date(link.expiresAt).toISOString()}:`);
  print(terminal, `  ${address}`);
}

function describe({ name, role, passkeys, lastSignInAt }: OperatorRecord): string {
  const seen =
    lastSignInAt === null ? "never signed in with one" : `last signed in ${new Date(lastSignInAt).toISOString()}`;
  return `${name.padEnd(24)}  ${role.padEnd(8)}  ${passkeys} ${passkeys === 1 ? "passkey" : "passkeys"}, ${seen}`;
}
