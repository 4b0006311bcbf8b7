import { createClient, type HabitusClient } from "@habitus/client";
import { type Command, Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { readKeys } from "./keys.ts";

/** How a command finds a running service. */
export interface ServiceOptions {
  readonly url?: string;
  readonly key?: string;
  readonly data: string;
}

/** Adds --url, --key and --data. */
export function addServiceOptions(command: Command): Command {
  return command
    .option("--url <address>", "address of the service (or HABITUS_URL; default: the one that runs on --data)")
    .option("--key <key>", "API key of the application (or HABITUS_API_KEY; default: the demo bank's)")
    .addOption(new Option("--data <folder>", "data folder of habitus demo").default("habitus-data", "./habitus-data"));
}

/** Returns a client of the service that options, environment or the demo's data folder name. Throws a `CliError`. */
export async function reachService(
  { env }: Terminal,
  options: ServiceOptions,
): Promise<{ readonly client: HabitusClient; readonly url: string }> {
  const kept = await readKeys(options.data);
  const url = options.url ?? env.HABITUS_URL ?? kept?.url;
  const apiKey = options.key ?? env.HABITUS_API_KEY ?? kept?.apiKey;
  if (url === undefined || apiKey === undefined)
    throw new CliError(
      "badUsage",
      `no service is known: start one with habitus demo, or give --url and --key (${options.data} holds no keys of a demo).`,
    );
  if (!/^https?:\/\//.test(url))
    throw new CliError("badUsage", `--url must start with http:// or https://, got "${url}".`);
  return { client: createClient({ url, apiKey, timeoutMs: 10_000 }), url };
}
