import { findSystem } from "@habitus/core";
import type { Administration, OneTimeLink } from "@habitus/wire";
import { administer } from "./administer.ts";
import type { ApiDeps } from "./api/api-deps.ts";
import { createAttempts } from "./api/attempts.ts";
import { createLockout } from "./api/lockout.ts";
import type { Api } from "./api/typed.ts";
import { createViews } from "./api/views.ts";
import { createApp } from "./app.ts";
import { type ResolvedConfig, type ServiceConfig, withDefaults } from "./config.ts";
import type { Engine, EngineConfig } from "./engine/engine.ts";
import { openEngine } from "./engine/inline.ts";
import { findThreadFile, openThreadEngine } from "./engine/thread.ts";
import { ServiceError } from "./error.ts";
import type { AddKeyOptions } from "./flows/api-keys.ts";
import type { Failure } from "./flows/note-failures.ts";
import type { LinkFor } from "./flows/operators.ts";
import type { RotatedSubjects, SubjectPlace } from "./flows/rotate-all-subjects.ts";
import type { KeyStatus, RotatedKeys } from "./flows/rotate-keys.ts";
import type { RotatedSubjectKey } from "./flows/rotate-subject-key.ts";
import { makeHostToken, removeHostFile, writeHostFile } from "./host-file.ts";
import { createPageTokens } from "./keys/page-token.ts";
import { createSessionTokens } from "./keys/session-token.ts";
import { createLogger } from "./logging.ts";
import { createHttpMetrics } from "./metrics.ts";

/** A running service inside this process. */
export interface Service {
  /** The Fastify server: `app.inject` answers without a network. */
  readonly app: Api;
  /** Starts to listen; returns the address. */
  readonly listen: () => Promise<string>;
  /** The address; throws a `TypeError` before `listen`. */
  readonly url: string;
  /** The configured address that visitors use. */
  readonly publicUrl: string | undefined;
  /** Does now what is done by itself from time to time: saves sessions and ends those whose time is over. */
  readonly maintain: () => Promise<void>;
  /** Answers what is running, saves every session, closes the store. */
  readonly close: () => Promise<void>;
  readonly apiKeys: {
    /** Returns a new API key of the application of this name, which is made when there is none. It is shown only now. */
    readonly add: (application: string, options?: AddKeyOptions) => Promise<string>;
    readonly applications: () => Promise<readonly string[]>;
  };
  readonly operators: {
    /** Returns a one-time link that signs the operator in to the console; both are made when they are missing. */
    readonly link: (of: LinkFor) => Promise<OneTimeLink>;
  };
  /** What who holds the machine does with the keys. */
  readonly keys: {
    readonly status: () => Promise<KeyStatus>;
    readonly rotate: () => Promise<RotatedKeys>;
    readonly retire: (version: number) => Promise<KeyStatus>;
    readonly rotateSubjects: (after?: SubjectPlace) => Promise<RotatedSubjects>;
    readonly rotateSubject: (of: {
      readonly application: string;
      readonly subject: string;
    }) => Promise<RotatedSubjectKey>;
  };
  /** What an admin of the application of this name does, on the machine itself; it is made when there is none. */
  readonly administer: (application: string) => Promise<Administration>;
  /** Deletes the entries of the application's log that are older than the instant, and leaves a signed mark. */
  readonly cutAudit: (application: string, before: number) => Promise<void>;
}

/** What the log calls whoever holds the machine. */
const HOST = "host";
/** What is being answered may take this long to end. */
const CLOSE_GRACE_MS = 2_000;

/** Wires the service over the data folder. One service at a time may use a folder. */
export async function createService(given: ServiceConfig): Promise<Service> {
  const config = withDefaults(given);
  const log = createLogger(config.logLevel, config.logTo);
  const engine = await openFittingEngine(config);
  const tokens = createSessionTokens(engine.tokenKey);
  const hostToken = makeHostToken();
  const hasFolder = config.dataDir !== ":memory:";
  const { now, publicUrl, failuresAllowed } = config;
  const note = (failure: Failure): void => void engine.noteFailure(failure).catch(() => undefined);
  const deps: ApiDeps = {
    ...{ engine, tokens, now, log, publicUrl, hostToken },
    pageTokens: createPageTokens(engine.tokenKey),
    metrics: createHttpMetrics(),
    attempts: createAttempts({ lockout: createLockout({ now, allowed: failuresAllowed }), note }),
    views: createViews(now),
  };
  const app = await createApp(deps, config);
  let url: string | undefined;
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    // A browser opens connections ahead of need; one that never asked for anything would hold up the end for minutes.
    const impatient = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
    await app.close();
    clearTimeout(impatient);
    if (hasFolder && url !== undefined) await removeHostFile(config.dataDir);
    await engine.close();
    log.info("stopped");
  };
  return {
    app,
    get url() {
      if (url === undefined) throw new TypeError("the service does not listen yet");
      return url;
    },
    publicUrl: publicUrl?.origin,
    async listen() {
      url = await app.listen({ host: config.host, port: config.port });
      if (hasFolder) await writeHostFile(config.dataDir, { url, token: hostToken });
      log.info({ url }, "listening");
      return url;
    },
    maintain: engine.maintain,
    close: () => {
      closing ??= close();
      return closing;
    },
    apiKeys: {
      add: engine.addApiKey,
      applications: async () => (await engine.listApplications()).map(({ name }) => name),
    },
    operators: { link: engine.makeHostLink },
    keys: {
      status: engine.keyStatus,
      rotate: () => engine.rotateKeys(HOST),
      retire: (version) => engine.retireKey(version, HOST),
      rotateSubjects: (after) => engine.rotateAllSubjects({ actor: HOST, after }),
      async rotateSubject({ application, subject }) {
        const found = (await engine.listApplications()).find(({ name }) => name === application);
        if (found === undefined) throw new ServiceError("unknown-subject", "There is no application of this name.");
        return engine.rotateSubjectKey({ application: found.application, subject, actor: HOST });
      },
    },
    administer: (application) => administer(engine, application),
    async cutAudit(name, before) {
      await engine.cutAudit({ application: await engine.findApplication(name), before, actor: HOST });
    },
  };
}

/** Returns a new API key of the application of this name, which is made when there is none. It is shown only now. */
export function addApplication(service: Service, name: string, options?: AddKeyOptions): Promise<string> {
  return service.apiKeys.add(name, options);
}

/** A thread can only be given plain data: not a clock, not a system of one's own, and not a folder in memory. */
async function openFittingEngine(config: ResolvedConfig): Promise<Engine> {
  const { dataDir, logLevel, sessionMs, maxBytes, logTo, system, now, keys, referenceKeys } = config;
  const acceptUnsealed = config.unsealed === "accept";
  const plain: EngineConfig = {
    dataDir,
    logLevel,
    sessionMs,
    maxBytes,
    system: system.name,
    keys,
    acceptUnsealed,
    referenceKeys,
  };
  const fits = dataDir !== ":memory:" && now === Date.now && findSystem(system.name) === system;
  if (config.engine === "thread" && !fits)
    throw new TypeError("engine `thread` takes no clock or system of one's own, and no folder in memory");
  const file = fits && config.engine !== "inline" ? findThreadFile() : undefined;
  if (config.engine === "thread" && file === undefined)
    throw new TypeError("engine `thread` needs the built package: run `npm run build`");
  return file === undefined ? openEngine(plain, { logTo, system, now }) : openThreadEngine(file, plain, { logTo });
}
