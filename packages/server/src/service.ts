import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Api } from "./api/typed.ts";
import { createApp } from "./app.ts";
import { type ServiceConfig, withDefaults } from "./config.ts";
import type { CoreDeps, Deps } from "./deps.ts";
import { type AddKeyOptions, addApiKey } from "./flows/add-application.ts";
import { closeExpired } from "./flows/close-session.ts";
import { recoverSessions } from "./flows/recover-sessions.ts";
import { keyProviderOf, openFileKeyProvider } from "./keys/file.ts";
import { createSessionTokens } from "./keys/session-token.ts";
import { createHub } from "./live/hub.ts";
import { createLiveSessions } from "./live/live-sessions.ts";
import { systemId } from "./live/live-state.ts";
import { createSubjects } from "./live/subjects.ts";
import { createLogger } from "./logging.ts";
import { createMetrics } from "./metrics.ts";
import { createGroupCommit } from "./storage/group-commit.ts";
import { openSqlite } from "./storage/sqlite/open-sqlite.ts";
import type { Storage } from "./storage/storage.ts";

/** A running service inside this process. */
export interface Service {
  /** The Fastify server: `app.inject` answers without a network. */
  readonly app: Api;
  /** Starts to listen; returns the address. */
  readonly listen: () => Promise<string>;
  /** The address; throws a `TypeError` before `listen`. */
  readonly url: string;
  /** Does now what is done by itself from time to time: saves sessions and ends those whose time is over. */
  readonly maintain: () => Promise<void>;
  /** Answers what is running, saves every session, closes the store. */
  readonly close: () => Promise<void>;
  readonly apiKeys: {
    /** Returns a new API key of the application of this name, which is made when there is none. It is shown only now. */
    readonly add: (application: string, options?: AddKeyOptions) => Promise<string>;
    readonly applications: () => Promise<readonly string[]>;
  };
}

const SWEEP_MS = 1_000;
const IDLE_MS = 15 * 60_000;
const EXPIRY_EVERY = 60;
const EVERYTHING_EVERY = 5;

/** Wires the service over the data folder. One service at a time may use a folder. */
export async function createService(given: ServiceConfig): Promise<Service> {
  const config = withDefaults(given);
  const { system, now } = config;
  const log = createLogger(config.logLevel, config.logTo);
  const metrics = createMetrics();
  const { storage, keys } = await openFolder(config);
  const commits = createGroupCommit(storage, {
    onCommit(units, seconds) {
      metrics.commitUnits.observe(units);
      metrics.commitSeconds.observe(seconds);
    },
  });
  const subjects = createSubjects({ storage, commits, keys, system: systemId(system), now });
  const core: CoreDeps = { storage, commits, keys, system, now, log, metrics, subjects, hub: createHub() };
  const tokens = createSessionTokens(await keys.derive("collector-token", 32));
  const deps: Deps = { ...core, tokens, live: createLiveSessions(core), sessionMs: config.sessionMs };
  await recoverSessions(deps);
  const app = await createApp(deps, config);
  const stopSweeping = startSweeping(deps);
  let url: string | undefined;
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await app.close();
    await stopSweeping();
    await deps.live.sweep({ everything: true });
    await commits.settled();
    await storage.close();
    log.info("stopped");
  };
  return {
    app,
    get url() {
      if (url === undefined) throw new TypeError("the service does not listen yet");
      return url;
    },
    async listen() {
      url = await app.listen({ host: config.host, port: config.port });
      log.info({ url }, "listening");
      return url;
    },
    async maintain() {
      await deps.live.sweep({ everything: true });
      await closeExpired(deps);
    },
    close: () => (closing ??= close()),
    apiKeys: {
      add: (application, options) => addApiKey(deps, application, options),
      applications: async () => (await storage.applications()).map(({ name }) => name),
    },
  };
}

/** Returns a new API key of the application of this name, which is made when there is none. It is shown only now. */
export function addApplication(service: Service, name: string, options?: AddKeyOptions): Promise<string> {
  return service.apiKeys.add(name, options);
}

async function openFolder({ dataDir, maxBytes }: ReturnType<typeof withDefaults>) {
  const options = maxBytes === undefined ? {} : { maxBytes };
  if (dataDir === ":memory:")
    return { storage: openSqlite(":memory:", options), keys: keyProviderOf(randomBytes(32), "memory") };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const storage: Storage = openSqlite(join(dataDir, "habitus.db"), options);
  try {
    return { storage, keys: await openFileKeyProvider(join(dataDir, "key")) };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function startSweeping(deps: Deps): () => Promise<void> {
  let ticks = 0;
  let running: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    ticks += 1;
    try {
      await deps.live.sweep({ everything: ticks % EVERYTHING_EVERY === 0, idleBefore: deps.now() - IDLE_MS });
      if (ticks % EXPIRY_EVERY === 0) await closeExpired(deps);
    } catch (error) {
      deps.metrics.failures.inc({ where: "sweep" });
      deps.log.warn(
        { error: error instanceof Error ? error.name : "unknown" },
        "maintenance failed; it is tried again",
      );
    }
  };
  const timer = setInterval(() => {
    running = running.then(sweep);
  }, SWEEP_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
