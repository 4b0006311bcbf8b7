import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event as Captured } from "@habitus/core/collector";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { findChromium } from "../../../tools/chromium.mjs";
import { buildCollector } from "../build.mjs";
import type { Collector, CollectorOptions, CollectorStatus, start } from "../src/index.ts";
import { OPENED, type Service, serve } from "./serve.ts";

declare global {
  interface Window {
    Habitus: { start: typeof start };
    /** Of `start` in the page. */
    collector: Collector;
    /** Each status that `onStatus` was told. */
    told: CollectorStatus[];
    /** Breaches of the page's content security policy. */
    violations: string[];
    /** A field in a closed shadow root. */
    closedField: HTMLInputElement;
  }
}

/** A real Chromium on a page under a strict policy, with a service behind it. One per test file. */
export interface Visit {
  readonly service: Service;
  readonly page: Page;
  readonly browser: Browser;
  /** Text of dist/habitus.js as a page gets it. */
  readonly bundle: string;
  /** Text of dist/custody.js, which it loads. */
  readonly custody: string;
  devtools(): Promise<CDPSession>;
  /** Opens the page and starts the collector in it as `window.collector`. */
  start(
    options?: Partial<Pick<CollectorOptions, "bufferLimit" | "flushIntervalMs" | "endpoint" | "tier" | "reader">>,
  ): Promise<void>;
  /** Starts it on the page that is open. */
  restart(options?: Parameters<Visit["start"]>[0]): Promise<void>;
  /** What opening the session answered. */
  readonly opened: typeof OPENED;
  open(): Promise<void>;
  flush(): Promise<CollectorStatus>;
  /** Sends what there is, then returns all events of a kind that the service has. */
  sent<K extends Captured["kind"]>(kind: K): Promise<Extract<Captured, { kind: K }>[]>;
  status(): Promise<CollectorStatus>;
}

/** Sets the visit up around the tests of a file. Its members may be read inside tests. */
export function visit(): Visit {
  const outdir = mkdtempSync(join(tmpdir(), "habitus-collector-"));
  const state: { service?: Service; page?: Page | undefined; browser?: Browser; bundle?: string; custody?: string } =
    {};
  const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
  const need = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("the visit begins with the first test");
    return part;
  };

  beforeAll(async () => {
    await buildCollector({ outdir });
    state.bundle = readFileSync(join(outdir, "habitus.js"), "utf8");
    const built = (name: string): string => readFileSync(join(outdir, name), "utf8");
    state.custody = built("custody.js");
    const files = {
      "/page.html": read("page.html"),
      "/page.js": read("page.js"),
      "/habitus.js": state.bundle,
      "/custody.js": state.custody,
    };
    state.service = await serve(files);
    const { executablePath, args } = await findChromium();
    state.browser = await chromium.launch({
      executablePath,
      args,
      ignoreDefaultArgs: ["--disable-back-forward-cache"], // a page that was left may come back, as everywhere else
    });
  });
  afterEach(async () => {
    // Else the page would send what it holds while the next test begins. A page that is closed has no collector.
    await state.page?.evaluate(() => window.collector?.withdraw()).catch(() => {});
    await state.page?.context().close();
    state.page = undefined;
    state.service?.reset();
  });
  afterAll(async () => {
    await state.browser?.close();
    await state.service?.close();
    rmSync(outdir, { recursive: true, force: true });
  });

  const members: Visit = {
    get service() {
      return need(state.service);
    },
    get page() {
      return need(state.page);
    },
    get browser() {
      return need(state.browser);
    },
    get bundle() {
      return need(state.bundle);
    },
    get custody() {
      return need(state.custody);
    },
    devtools: () => members.page.context().newCDPSession(members.page),
    async open() {
      const context = await members.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
      state.page = await context.newPage();
      await state.page.goto(`${members.service.origin}/konto`);
    },
    opened: OPENED,
    async start(options = {}) {
      await members.open();
      await members.restart(options);
    },
    async restart(options = {}) {
      await members.page.evaluate(
        (given) => {
          window.told = [];
          window.collector = window.Habitus.start({ ...given, consent: true, onStatus: (s) => window.told.push(s) });
        },
        { endpoint: "", ...OPENED, ...options },
      );
    },
    async sent(kind) {
      await members.flush();
      return only(members.service.events, kind);
    },
    flush: () => members.page.evaluate(() => window.collector.flush()),
    status: () => members.page.evaluate(() => window.collector.status),
  };
  return members;
}

function only<K extends Captured["kind"]>(events: readonly Captured[], kind: K): Extract<Captured, { kind: K }>[] {
  return events.filter((event): event is Extract<Captured, { kind: K }> => event.kind === kind);
}
