import { type ApiKeyRecord, type MadeApiKey, SCOPES, type Scope } from "@habitus/wire";
import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { type AdministerOptions, addAdministerOptions, withDesk } from "../service/administer.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import { jsonOption, wholeNumber } from "./options.ts";

interface KeyOptions extends AdministerOptions {
  readonly json: boolean;
}
interface AddOptions extends KeyOptions {
  readonly label?: string;
  readonly scopes?: string;
  readonly days?: number;
}

export function addApiKeys({ program, terminal }: Cli): void {
  const apiKey = program.command("api-key").summary("the keys that an application's servers use");
  apiKey.description(
    "API keys are shown once and kept as hashes. Each has scopes, perhaps an end, and can be rotated without a gap.",
  );
  const add = apiKey.command("add").description("Makes a key and prints it, this once.");
  addAdministerOptions(add)
    .option("--label <text>", "what it is for; a key of the same label is replaced")
    .option("--scopes <list>", `of ${SCOPES.join(", ")} (default: all but keys and operators)`)
    .addOption(
      new Option("--days <number>", "ends after so many days (default: never)").argParser(wholeNumber(1, 3650)),
    )
    .addOption(jsonOption())
    .action((options: AddOptions) =>
      withDesk(terminal, options, async ({ administration }) => {
        const { label, days: expiresInDays } = options;
        tell(terminal, options, await administration.apiKeys.add({ label, expiresInDays, scopes: scopesOf(options) }));
      }),
    );
  const list = apiKey.command("list").description("Prints the keys, without the keys themselves.");
  addAdministerOptions(list)
    .addOption(jsonOption())
    .action((options: KeyOptions) =>
      withDesk(terminal, options, async ({ administration }) => {
        for (const key of await administration.apiKeys.list())
          if (options.json) printJson(terminal, key);
          else print(terminal, describe(key));
      }),
    );
  const rotate = apiKey
    .command("rotate <id>")
    .description("Makes the key that comes after this one; both are taken for a while.");
  addAdministerOptions(rotate)
    .addOption(
      new Option("--overlap <hours>", "how long the old one is still taken").default(24).argParser(wholeNumber(0, 720)),
    )
    .addOption(jsonOption())
    .action((id: string, options: KeyOptions & { readonly overlap: number }) =>
      withDesk(terminal, options, async ({ administration }) => {
        tell(terminal, options, await administration.apiKeys.rotate(id, { overlapHours: options.overlap }));
      }),
    );
  const revoke = apiKey.command("revoke <id>").description("Ends a key at once.");
  addAdministerOptions(revoke)
    .addOption(jsonOption())
    .action((id: string, options: KeyOptions) =>
      withDesk(terminal, options, async ({ administration }) => {
        await administration.apiKeys.revoke(id);
        if (options.json) printJson(terminal, { id, revoked: true });
        else print(terminal, `${id} is no longer taken.`);
      }),
    );
}

function scopesOf({ scopes }: AddOptions): Scope[] | undefined {
  return scopes?.split(/[\s,]+/).map((name) => {
    const known = SCOPES.find((scope) => scope === name);
    if (known === undefined)
      throw new CliError("badUsage", `there is no scope "${name}": choose of ${SCOPES.join(", ")}.`);
    return known;
  });
}

function tell(terminal: Terminal, { json }: KeyOptions, made: MadeApiKey): void {
  if (json) {
    printJson(terminal, made);
    return;
  }
  print(terminal, `${made.key.id} (${made.key.scopes.join(", ")}), shown only now:`);
  print(terminal, `  ${made.apiKey}`);
}

function describe({ id, prefix, label, scopes, expiresAt, usedOn }: ApiKeyRecord): string {
  const end = expiresAt === null ? "no end" : `ends ${new Date(expiresAt).toISOString()}`;
  return [id, `${prefix}...`, label, scopes.join(" "), end, `last used ${usedOn ?? "never"}`].join("  ");
}
