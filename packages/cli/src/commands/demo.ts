import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { addApplication, type Service } from "@habitus/server";
import { SCOPES } from "@habitus/wire";
import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { consoleLink, consoleUrl } from "../service/console-link.ts";
import { type Keys, keepKeys, readKeys } from "../service/keys.ts";
import { consoleDir } from "../service/pages.ts";
import { explainStart, startService, stopService } from "../service/start.ts";
import { drawBox } from "../terminal/box.ts";
import { aborted, print, printJson, type Terminal, untilStopped } from "../terminal/terminal.ts";
import { dataOption, jsonOption, portOption } from "./options.ts";

interface DemoOptions {
  readonly port: number;
  readonly data: string;
  readonly open: "yes" | "no";
  readonly json: boolean;
}

const APPLICATION = "Demo bank";

export function addDemo({ program, terminal }: Cli): void {
  program
    .command("demo")
    .summary("run the service, a demo bank and the console")
    .description(
      "Starts everything on this machine and prints the addresses. Sign in to the bank, use it for two minutes, then let " +
        "somebody else take over. Ctrl-C stops it; the next start goes on where this one stopped.",
    )
    .addOption(portOption("port of the bank; the service and the console take the next one", 4480))
    .addOption(dataOption())
    .addOption(new Option("--open <when>", "open the bank in the browser").choices(["yes", "no"]).default("no"))
    .addOption(jsonOption())
    .action((options: DemoOptions) => untilStopped(terminal, (signal) => demo(terminal, options, signal)));
}

async function demo(terminal: Terminal, options: DemoOptions, signal: AbortSignal): Promise<void> {
  const { createBank, webDir } = await loadBank();
  const dataDir = resolve(options.data);
  const dir = consoleDir();
  const service = await startService({
    dataDir,
    port: options.port === 0 ? 0 : options.port + 1,
    logLevel: "warn",
    logTo: { write: (line) => void terminal.stderr.write(line) },
    ...(dir === undefined ? {} : { staticDirs: [{ prefix: "/console/", dir }] }),
  });
  try {
    const keys = await keysOf(service, dataDir);
    const consoleAt = dir === undefined ? undefined : consoleUrl(service.url);
    const { port } = options;
    const bank = await createBank({
      habitusUrl: service.url,
      apiKey: keys.apiKey,
      webDir: webDir(),
      port,
      ...(consoleAt === undefined ? {} : { consoleUrl: consoleAt }),
    });
    try {
      const bankUrl = await bank.listen().catch((error: unknown) => {
        throw explainStart(error, { port, dataDir });
      });
      announce(terminal, options, {
        bank: bankUrl,
        console: consoleAt && (await oneTimeLink(service)),
        api: service.url,
        data: dataDir,
      });
      if (options.open === "yes") openBrowser(bankUrl);
      await aborted(signal);
    } finally {
      await bank.close();
    }
  } finally {
    await stopService(service);
  }
  if (!options.json) print(terminal, `\nStopped. Everything is kept in ${dataDir}.`);
}

interface Addresses {
  readonly bank: string;
  readonly console: string | undefined;
  readonly api: string;
  readonly data: string;
}

function announce(terminal: Terminal, { json }: DemoOptions, addresses: Addresses): void {
  if (json) {
    printJson(terminal, addresses);
    return;
  }
  const { bank, api, data } = addresses;
  const rows = [
    ["Bank", bank],
    ["Console", addresses.console ?? "not built: run npm run build"],
    ["API", `${api}/openapi.json`],
    ["Data", data],
  ] as const;
  print(terminal, drawBox("Habitus is running", rows));
  print(terminal, "Sign in to the bank, then follow the session here with: habitus watch");
  print(terminal, "The console's address works once. Register a passkey there, or start again for another.");
  print(terminal, "Ctrl-C stops everything.");
}

/** Signs whoever starts the demo in to its console, once; they may then register a passkey. */
async function oneTimeLink(service: Service): Promise<string> {
  const { token } = await service.operators.link({ application: APPLICATION, name: "local", role: "admin" });
  return consoleLink(service.url, token);
}

/** Returns the keys of an earlier start where this database still knows them, else new ones, and keeps them. */
async function keysOf(service: Service, dataDir: string): Promise<Keys> {
  const kept = await readKeys(dataDir);
  const known = kept !== undefined && (await isKnown(service, kept.apiKey)) && (await isKnown(service, kept.adminKey));
  const keys = known
    ? { ...kept, url: service.url }
    : {
        apiKey: await addApplication(service, APPLICATION, { label: "bank" }),
        adminKey: await addApplication(service, APPLICATION, { scopes: SCOPES, label: "habitus command" }),
        url: service.url,
      };
  await keepKeys(dataDir, keys);
  return keys;
}

async function isKnown({ app }: Service, key: string): Promise<boolean> {
  const { statusCode } = await app.inject({ url: "/v1/sessions", headers: { authorization: `Bearer ${key}` } });
  return statusCode === 200;
}

async function loadBank(): Promise<typeof import("@habitus/demo")> {
  try {
    return await import("@habitus/demo");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      "notInstalled",
      `the demo bank cannot be loaded (${reason}). It comes with a checkout: run npm start there, or habitus serve without a bank.`,
      { cause },
    );
  }
}

function openBrowser(url: string): void {
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open"; // any other has the last
  const child = spawn(opener, [url], { detached: true, stdio: "ignore" });
  child.on("error", () => undefined); // no browser here: the address stands in the box
  child.unref();
}
