import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient, type HabitusClient } from "@habitus/client";
import { createService, type Service } from "@habitus/server";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../tools/chromium.mjs";
import { createBank } from "../server/index.ts";

export interface RunningDemo {
  readonly bankUrl: string;
  /** Signs the page's browser in to the console, and shows it. */
  readonly enterConsole: (page: Page) => Promise<void>;
  readonly service: Service;
  readonly dataDir: string;
  readonly serviceUrl: string;
  readonly apiKey: string;
  readonly client: HabitusClient;
  readonly browser: Browser;
  readonly stop: () => Promise<void>;
}

/** Builds the pages into a folder of their own and starts service, bank, console and browser on free ports. */
export async function startDemo({ now }: { readonly now?: () => number } = {}): Promise<RunningDemo> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-demo-"));
  const [webDir, consoleDir] = [join(folder, "web"), join(folder, "console")];
  await buildPages("..", webDir);
  await buildPages("../../packages/console", consoleDir);
  const service = await createService({
    dataDir: join(folder, "data"),
    port: 0,
    logLevel: "silent",
    staticDirs: [{ prefix: "/console/", dir: consoleDir }],
    ...(now === undefined ? {} : { now }),
  });
  const serviceUrl = await service.listen();
  const apiKey = await service.apiKeys.add("bank");
  const consoleUrl = new URL("/console/", serviceUrl).href;
  const bank = await createBank({ habitusUrl: serviceUrl, apiKey, webDir, consoleUrl });
  const bankUrl = await bank.listen();
  const { executablePath, args } = await findChromium();
  const browser = await chromium.launch({ executablePath, args });
  return {
    bankUrl,
    enterConsole: (page) => enterConsole(service, page),
    service,
    dataDir: join(folder, "data"),
    serviceUrl,
    apiKey,
    client: createClient({ url: serviceUrl, apiKey }),
    browser,
    async stop() {
      await browser.close();
      await bank.close();
      const closing = service.close();
      // A connection that falls idle only while the service closes would be kept alive for over a minute.
      const impatient = setTimeout(() => service.app.server.closeAllConnections(), 2_000);
      await closing;
      clearTimeout(impatient);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens the console by a one-time link, as an admin. */
export async function enterConsole(service: Service, page: Page): Promise<void> {
  const { token } = await service.operators.link({ application: "bank", name: "local", role: "admin" });
  await page.goto(`${service.url}/console/#/enter/${token}`);
  await page.locator("a.who").waitFor();
}

/** In a process of its own: inside a test runner Svelte would be built for development. */
export async function buildPages(folder: string, outDir: string): Promise<void> {
  const vite = createRequire(import.meta.url).resolve("vite/package.json");
  const args = [
    join(dirname(vite), "bin/vite.js"),
    "build",
    "--outDir",
    outDir,
    "--emptyOutDir",
    "--logLevel",
    "error",
  ];
  const { VITEST: _, ...env } = process.env;
  const cwd = fileURLToPath(new URL(folder, import.meta.url));
  await promisify(execFile)(process.execPath, args, { cwd, env: { ...env, NODE_ENV: "production" } });
}
