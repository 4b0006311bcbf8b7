import { resolve } from "node:path";
import { addApplication, loadConfig, type Service, type ServiceConfig } from "@habitus/server";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { consoleLink } from "../service/console-link.ts";
import { consoleDir } from "../service/pages.ts";
import { startService, stopService } from "../service/start.ts";
import { aborted, print, printJson, type Terminal, untilStopped } from "../terminal/terminal.ts";
import { jsonOption, wholeNumber } from "./options.ts";

interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly data?: string;
  readonly newKey?: string;
  readonly operator?: string;
  readonly json: boolean;
}

export function addServe({ program, terminal }: Cli): void {
  program
    .command("serve")
    .summary("run the service alone")
    .description(
      "Runs the service on an embedded database until Ctrl-C. Options go before environment variables " +
        "(HABITUS_PORT, HABITUS_HOST, HABITUS_DATA_DIR, HABITUS_LOG_LEVEL, ...). The log goes to standard error.",
    )
    .option("--port <number>", "port of the service; 0 takes any free one (default: 4400)", wholeNumber(0, 65_535))
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--data <folder>", "folder of the database and the keys (default: ./habitus-data)")
    .option("--new-key <application>", "make an API key for this application and print it, this once")
    .option("--operator <application>", "print a one-time link that signs an admin in to this application's console")
    .addOption(jsonOption())
    .action((options: ServeOptions) => untilStopped(terminal, (signal) => serve(terminal, options, signal)));
}

async function serve(terminal: Terminal, options: ServeOptions, signal: AbortSignal): Promise<void> {
  const service = await startService(configOf(terminal, options));
  try {
    const first = !(await hasKeys(service));
    const application = options.newKey ?? (first ? "default" : undefined);
    const apiKey = application === undefined ? undefined : await addApplication(service, application);
    const link = options.operator === undefined ? undefined : await linkTo(service, options.operator);
    if (options.json) printJson(terminal, { url: service.url, application, apiKey, console: link });
    else {
      if (apiKey !== undefined)
        print(terminal, `API key of the application "${application}", shown only now: ${apiKey}`);
      if (link !== undefined) print(terminal, `Console, once: ${link}`);
      print(terminal, `Habitus listens on ${service.url} (Ctrl-C stops it)`);
    }
    await aborted(signal);
  } finally {
    await stopService(service);
  }
  if (!options.json) print(terminal, "Stopped. What was acknowledged is kept.");
}

async function hasKeys(service: Service): Promise<boolean> {
  for (const name of await service.apiKeys.applications())
    if ((await (await service.administer(name)).apiKeys.list()).length > 0) return true;
  return false;
}

async function linkTo(service: Service, application: string): Promise<string> {
  const { token } = await service.operators.link({ application, name: "local", role: "admin" });
  return consoleLink(service.publicUrl ?? service.url, token);
}

function configOf({ env, stderr }: Terminal, { port, host, data }: ServeOptions): ServiceConfig {
  let config: ServiceConfig;
  try {
    config = loadConfig(env);
  } catch (cause) {
    throw cause instanceof RangeError ? new CliError("badUsage", cause.message, { cause }) : cause;
  }
  const dir = consoleDir();
  return {
    ...config,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { dataDir: resolve(data) }),
    ...(dir === undefined ? {} : { staticDirs: [{ prefix: "/console/", dir }] }),
    logTo: { write: (line) => void stderr.write(line) },
  };
}
