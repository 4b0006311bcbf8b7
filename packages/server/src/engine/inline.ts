import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { System } from "@habitus/core";
import { createAuditSigner } from "../audit/sign.ts";
import type { CoreDeps, Deps } from "../deps.ts";
import { closeExpired } from "../flows/close-session.ts";
import { createFailures } from "../flows/note-failures.ts";
import { recoverSessions } from "../flows/recover-sessions.ts";
import { resumeRotations } from "../flows/rotate-keys.ts";
import { applyRetention } from "../jobs/apply-retention.ts";
import { eraseDue } from "../jobs/erase-due.ts";
import { createBatchOpener } from "../keys/batch-opener.ts";
import { openKeys } from "../keys/config.ts";
import type { KeyProvider } from "../keys/key-provider.ts";
import { openSecrets, ROOT, type Secrets } from "../keys/secrets.ts";
import { createSessionTokens } from "../keys/session-token.ts";
import { memoryKeyProvider } from "../keys/software.ts";
import { watchKeys } from "../keys/watched.ts";
import { createChallenges } from "../live/challenges.ts";
import { createHub } from "../live/hub.ts";
import { createLiveSessions } from "../live/live-sessions.ts";
import { withOwnBackground } from "../live/own-background.ts";
import { createPolicies } from "../live/policies.ts";
import { createSettings } from "../live/settings.ts";
import { storedForms } from "../live/stored-form.ts";
import { createSubjects } from "../live/subjects.ts";
import { createLogger } from "../logging.ts";
import { createMetrics } from "../metrics.ts";
import { createGroupCommit } from "../storage/group-commit.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import type { Storage } from "../storage/storage.ts";
import type { Engine, EngineConfig, EngineOptions } from "./engine.ts";
import { callVerb, VERBS, type Verb, type Verbs } from "./verbs.ts";

export interface InlineOptions extends EngineOptions {
  readonly system: System;
  readonly now: () => number;
}

const SWEEP_MS = 1_000;
const IDLE_MS = 15 * 60_000;
const EXPIRY_EVERY = 60;
const EVERYTHING_EVERY = 5;
const RETENTION_EVERY = 3600;

/** Opens the engine in this thread. One engine at a time may use a folder. */
export async function openEngine(config: EngineConfig, options: InlineOptions): Promise<Engine> {
  const { logTo, now } = options;
  const log = createLogger(config.logLevel, logTo);
  const metrics = createMetrics();
  const { storage, keys: opened, secrets } = await openFolder(config);
  const keys = watchKeys(opened, { log, metrics });
  const { system, background } = await withOwnBackground(config.dataDir, secrets, options.system);
  const forms = storedForms({ system, secrets, generation: config.referenceKeys ?? 0 });
  const commits = createGroupCommit(storage, {
    onCommit(units, seconds) {
      metrics.commitUnits.observe(units);
      metrics.commitSeconds.observe(seconds);
    },
  });
  const subjects = createSubjects({ storage, commits, keys, system, now, forms });
  const settings = createSettings(storage);
  const policies = await createPolicies({ storage, system, secrets });
  const hub = createHub();
  const stores = { storage, commits, keys, secrets, subjects, policies, settings };
  const core: CoreDeps = { ...stores, system, now, log, metrics, hub };
  const tokenKey = secrets.derive("collector-token", 32);
  const live = createLiveSessions(core);
  const deps: Deps = {
    ...core,
    tokens: createSessionTokens(tokenKey),
    live,
    opener: createBatchOpener(secrets),
    acceptUnsealed: config.acceptUnsealed,
    background,
    sessionMs: config.sessionMs,
    retention: { appliedAt: null },
    challenges: createChallenges(now),
    failures: createFailures(core),
  };
  await recoverSessions(deps);
  const stopSweeping = startSweeping(deps);
  const stopResuming = startResuming(deps);
  return {
    ...bindVerbs((verb, rest) => callVerb(deps, verb, rest)),
    tokenKey,
    watch: deps.hub.subscribe,
    async close() {
      await stopSweeping();
      await stopResuming();
      await live.sweep({ everything: true });
      await deps.failures.flush({ everything: true });
      await commits.settled();
      await storage.close();
      await keys.close();
    },
  };
}

/** Returns an object with one function for each verb, all of which go through `call`. */
export function bindVerbs(call: (verb: Verb, rest: readonly unknown[]) => Promise<unknown>): Verbs {
  const names = Object.keys(VERBS) as Verb[]; // safe: the table's own keys
  const bound = names.map((verb) => [verb, (...rest: readonly unknown[]) => call(verb, rest)] as const);
  return Object.fromEntries(bound) as unknown as Verbs; // safe: each verb with the arguments and result of its own
}

export interface OpenedFolder {
  readonly storage: Storage;
  readonly keys: KeyProvider;
  readonly secrets: Secrets;
}

/** Opens database and keys, which are made when they are missing. One process at a time may use a folder. */
export async function openFolder({
  dataDir,
  maxBytes,
  keys: from,
}: Pick<EngineConfig, "dataDir" | "maxBytes" | "keys">): Promise<OpenedFolder> {
  const options = maxBytes === undefined ? {} : { maxBytes };
  if (dataDir === ":memory:") {
    const storage = openSqlite(":memory:", options);
    const keys = memoryKeyProvider();
    return signed({ storage, keys, secrets: await openSecrets(storage, keys) });
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const storage = openSqlite(join(dataDir, "habitus.db"), options);
  try {
    const mayMake =
      (await storage.serviceKey(ROOT)) === undefined && (await storage.wrappedKeys(undefined, 1)).length === 0;
    const { keys, rootBefore } = await openKeys(from, join(dataDir, "key"), { mayMake });
    return signed({ storage, keys, secrets: await openSecrets(storage, keys, { rootBefore }) });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function signed(folder: OpenedFolder): OpenedFolder {
  folder.storage.signAudit(createAuditSigner(folder.secrets));
  return folder;
}

function startSweeping(deps: Deps): () => Promise<void> {
  let ticks = 0;
  let running: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    ticks += 1;
    try {
      await deps.failures.flush();
      await deps.live.sweep({ everything: ticks % EVERYTHING_EVERY === 0, idleBefore: deps.now() - IDLE_MS });
      if (ticks % EXPIRY_EVERY === 0) {
        await closeExpired(deps);
        await eraseDue(deps);
      }
      if (ticks % RETENTION_EVERY === EXPIRY_EVERY) await applyRetention(deps); // a minute after the start for the first time
    } catch (error) {
      deps.metrics.failures.inc({ where: "sweep" });
      const name = error instanceof Error ? error.name : "unknown";
      deps.log.warn({ error: name }, "maintenance failed; it is tried again");
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

/** Goes on with rotations of keys that were interrupted, while requests are answered. */
function startResuming(deps: Deps): () => Promise<void> {
  let isOver = false;
  const resuming = resumeRotations(deps, () => isOver).catch((error: unknown) => {
    deps.metrics.failures.inc({ where: "rotate" });
    const name = error instanceof Error ? error.name : "unknown";
    deps.log.warn({ error: name }, "a rotation of keys could not be finished; it is tried again at the next start");
  });
  return () => {
    isOver = true;
    return resuming;
  };
}
