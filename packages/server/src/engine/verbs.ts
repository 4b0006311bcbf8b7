import type { AuditEntry } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { appendBatch } from "../flows/append-batch.ts";
import { assess } from "../flows/assess.ts";
import { accommodateMe, eraseMe, exportMe, giveMyConsent, pauseMe } from "../flows/change-me.ts";
import { closeExpired } from "../flows/close-session.ts";
import { enrol } from "../flows/enrol.ts";
import { eraseSubject } from "../flows/erase-subject.ts";
import { exportSubject } from "../flows/export-subject.ts";
import { openPage, renewPage } from "../flows/open-page.ts";
import { openSession } from "../flows/open-session.ts";
import { putPolicy } from "../flows/put-policy.ts";
import { readMe } from "../flows/read-me.ts";
import { listPolicies, readPolicy } from "../flows/read-policies.ts";
import { readStatus } from "../flows/read-status.ts";
import { listSessions, readSubject } from "../flows/read-subject.ts";
import { recordOutcome } from "../flows/record-outcome.ts";
import { setAccommodation } from "../flows/set-accommodation.ts";
import { setConsent } from "../flows/set-consent.ts";
import { setContext } from "../flows/set-context.ts";
import { setPause } from "../flows/set-pause.ts";
import { putSettings, readSettings } from "../flows/settings.ts";
import { simulate } from "../flows/simulate.ts";
import { applyRetention } from "../jobs/apply-retention.ts";
import { eraseDue } from "../jobs/erase-due.ts";
import type { ApplicationRow } from "../storage/storage.ts";
import { ACCESS_VERBS } from "./access-verbs.ts";
import { KEY_VERBS } from "./key-verbs.ts";

/** Everything that the service can be asked. Arguments and results are plain data, so that they can cross threads. */
export const VERBS = {
  ...ACCESS_VERBS,
  ...KEY_VERBS,
  appendBatch,
  accommodateMe,
  assess,
  enrol,
  eraseMe,
  eraseSubject,
  exportMe,
  exportSubject,
  giveMyConsent,
  listPolicies,
  listSessions,
  openPage,
  openSession,
  pauseMe,
  putPolicy,
  putSettings,
  readMe,
  readPolicy,
  readSettings,
  readStatus,
  readSubject,
  recordOutcome,
  renewPage,
  setAccommodation,
  setConsent,
  setContext,
  setPause,
  simulate,
  listApplications: ({ storage }: Deps): Promise<readonly ApplicationRow[]> => storage.applications(),
  listAudit: ({ storage }: Deps, application: string, after: number, limit: number): Promise<readonly AuditEntry[]> =>
    storage.audit(application, after, limit),
  ping: ({ storage }: Deps): Promise<void> => storage.ping(),
  readMetrics: ({ metrics }: Deps): Promise<string> => metrics.registry.metrics(),
  async maintain(deps: Deps): Promise<void> {
    await deps.live.sweep({ everything: true });
    await closeExpired(deps);
    await eraseDue(deps);
    await applyRetention(deps);
  },
};

export type Verb = keyof typeof VERBS;
type ArgumentsOf<V extends Verb> = (typeof VERBS)[V] extends (deps: never, ...rest: infer Rest) => unknown
  ? Rest
  : never;
type ResultOf<V extends Verb> = Promise<Awaited<ReturnType<(typeof VERBS)[V]>>>;
export type Verbs = { readonly [V in Verb]: (...rest: ArgumentsOf<V>) => ResultOf<V> };

/** Calls a verb by its name with arguments that came as plain data from our own side of a thread. */
export function callVerb(deps: Deps, verb: Verb, rest: readonly unknown[]): Promise<unknown> {
  const run = VERBS[verb] as (deps: Deps, ...rest: readonly unknown[]) => Promise<unknown>; // typed where it was called
  return run(deps, ...rest);
}
