import { createAdministration } from "@habitus/client";
import { createService, loadKeysConfig, type Service, StorageError } from "@habitus/server";
import type { Administration } from "@habitus/wire";
import { type Command, Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { readKeys } from "./keys.ts";
import { explainStart, stopService } from "./start.ts";

/** How a command finds the application to administer. */
export interface AdministerOptions {
  readonly url?: string;
  readonly key?: string;
  readonly data: string;
  readonly application?: string;
}

export interface Desk {
  readonly administration: Administration;
  /** Where the console is, without a slash at its end. */
  readonly url: string;
}

/** Adds --url, --key, --data and --application. */
export function addAdministerOptions(command: Command): Command {
  return command
    .option("--url <address>", "address of a running service (or HABITUS_URL)")
    .option("--key <key>", "API key with the scopes operators, keys and audit (or HABITUS_API_KEY)")
    .addOption(
      new Option("--data <folder>", "data folder, where no --url is given").default("habitus-data", "./habitus-data"),
    )
    .option("--application <name>", "which application, with --data (default: the only one)");
}

/**
 * Does the work with a service that runs (--url, or the demo on this data folder), else with the data folder itself. Throws a `CliError`
 * where neither can be had.
 */
export async function withDesk<Result>(
  terminal: Terminal,
  options: AdministerOptions,
  work: (desk: Desk) => Promise<Result>,
): Promise<Result> {
  const url = options.url ?? terminal.env.HABITUS_URL;
  const key = options.key ?? terminal.env.HABITUS_API_KEY;
  if (url !== undefined) {
    if (key === undefined) throw new CliError("badUsage", "--url needs an API key: give --key, or HABITUS_API_KEY.");
    if (!/^https?:\/\//.test(url))
      throw new CliError("badUsage", `--url must start with http:// or https://, got "${url}".`);
    return work({ administration: createAdministration({ url, apiKey: key, timeoutMs: 10_000 }), url });
  }
  const service = await openData(terminal, options.data);
  if (service === undefined) return work(await runningDemo(options, key));
  try {
    const application = options.application ?? (await onlyApplication(service, options));
    const kept = await readKeys(options.data);
    const administration = await service.administer(application);
    return await work({ administration, url: terminal.env.HABITUS_PUBLIC_URL ?? kept?.url ?? "http://localhost:4400" });
  } finally {
    await stopService(service);
  }
}

/** Returns the service of a data folder, not listening; undefined where another runs on it. */
export async function openData({ env }: Terminal, data: string): Promise<Service | undefined> {
  try {
    return await createService({ dataDir: data, logLevel: "silent", engine: "inline", keys: loadKeysConfig(env) });
  } catch (error) {
    if (error instanceof StorageError && error.code === "busy") return undefined;
    throw explainStart(error, { port: 0, dataDir: data });
  }
}

async function runningDemo({ data }: AdministerOptions, given: string | undefined): Promise<Desk> {
  const kept = await readKeys(data);
  const apiKey = given ?? kept?.adminKey;
  if (kept === undefined || apiKey === undefined)
    throw new CliError(
      "refused",
      `a service runs on ${data}: give its --url and a --key that may do this, or stop it first.`,
    );
  const { url } = kept;
  return { administration: createAdministration({ url, apiKey, timeoutMs: 10_000 }), url };
}

async function onlyApplication(service: Service, { data }: AdministerOptions): Promise<string> {
  const names = await service.apiKeys.applications();
  const [only = "default"] = names;
  if (names.length > 1)
    throw new CliError(
      "badUsage",
      `${data} has several applications: choose one with --application (${names.join(", ")}).`,
    );
  return only;
}
