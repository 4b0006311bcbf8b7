import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { DATA_KEY_BYTES, makeDataKey } from "../keys/envelope.ts";
import { isDamage, KeyError } from "../keys/key-provider.ts";
import { keyContext } from "../keys/wrapped.ts";
import { saveSession } from "../live/live-session.ts";
import type { SubjectState } from "../live/subjects.ts";
import { SEALED_AS, type SealedTable } from "../storage/key-rows.ts";
import type { Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { findSubject } from "./read-subject.ts";
import { breathe } from "./recorded-sessions.ts";

export interface RotateSubjectKey {
  readonly application: string;
  readonly subject: string;
  readonly actor: string;
}

export interface RotatedSubjectKey {
  /** Rows that were sealed anew. */
  readonly resealed: number;
  /** Rows that no key opened before either: they stay as they are. */
  readonly damaged: number;
}

const LOT = 100;
const TABLES = Object.keys(SEALED_AS) as SealedTable[]; // its own keys
const underWay = new WeakMap<SubjectState, Promise<RotatedSubjectKey>>();

/**
 * Gives the subject a new data key while it is in use: both keys are kept wrapped together, everything is sealed anew under the new
 * one, then the old one is destroyed. Killed at any moment, or out of disk, both keys are there; called again it goes on.
 */
export async function rotateSubjectKey(
  deps: Deps,
  { application, subject, actor }: RotateSubjectKey,
): Promise<RotatedSubjectKey> {
  const state = await findSubject(deps, application, subject);
  const running = underWay.get(state);
  if (running !== undefined) return running;
  const started = rotate(deps, state, actor).finally(() => underWay.delete(state));
  underWay.set(state, started);
  return started;
}

async function rotate(deps: Deps, state: SubjectState, actor: string): Promise<RotatedSubjectKey> {
  await state.turn.run(async () => {
    if (state.dataKeys.isRotating()) return; // an earlier one was interrupted
    await storeKeys(deps, state, Buffer.concat([makeDataKey(), state.dataKeys.together()]));
  });
  // What was sealed outside of any turn was submitted in the same tick: it is committed before this.
  await deps.commits.submit([]);
  let damaged = await emptyJournal(deps, state);
  let resealed = 0;
  for (;;) {
    const pass = await resealRows(deps, state);
    resealed += pass.resealed;
    if (pass.resealed > 0) continue; // a session may have saved between
    damaged += pass.damaged;
    break;
  }
  const { application, subject } = state;
  await state.turn.run(() =>
    storeKeys(deps, state, state.dataKeys.together().subarray(0, DATA_KEY_BYTES), [
      audit(application, {
        at: deps.now(),
        action: "subjectKey.rotated",
        actor,
        subject,
        detail: { resealed, damaged },
      }),
    ]),
  );
  return { resealed, damaged };
}

/** Wraps and stores the keys, then takes them into use: nothing is ever sealed under a key that is not stored. */
async function storeKeys(
  { storage, commits, keys }: Deps,
  state: SubjectState,
  together: Uint8Array,
  extra: readonly Write[] = [],
): Promise<void> {
  const { application, subject } = state;
  for (let audits = extra; ; audits = []) {
    const wrappedKey = await keys.wrap(together, keyContext(application, subject));
    const before = (await storage.subject(application, subject))?.wrappedKey;
    if (before === undefined || state.erased) throw new ServiceError("unknown-subject");
    await commits.submit([{ kind: "replaceWrappedKey", row: { application, subject, wrappedKey, before } }, ...audits]);
    const stored = (await storage.subject(application, subject))?.wrappedKey;
    if (stored !== undefined && Buffer.compare(stored, wrappedKey) === 0) break; // else it was wrapped anew meanwhile
  }
  state.dataKeys.replace(together);
}

/** Takes what the subject's journal holds into snapshots. Returns how many sessions cannot be opened. */
async function emptyJournal(deps: Deps, state: SubjectState): Promise<number> {
  const { application, subject } = state;
  const pending = await deps.storage.pendingSessions();
  const own = new Set(deps.live.all().flatMap((live) => (live.subject === state ? [live.session] : [])));
  for (const { session } of pending.filter((one) => one.application === application))
    if ((await deps.storage.session(application, session))?.subject === subject) own.add(session);
  let damaged = 0;
  for (const session of own) {
    try {
      await deps.live.run(application, session, (live) => saveSession(deps, live));
    } catch (error) {
      if (error instanceof ServiceError && error.code === "unknown-session") continue; // forgotten meanwhile
      if (!isDamage(error)) throw error;
      damaged += 1;
    }
  }
  return damaged;
}

async function resealRows(deps: Deps, state: SubjectState): Promise<RotatedSubjectKey> {
  const { application, subject } = state;
  let [resealed, damaged] = [0, 0];
  for (const table of TABLES)
    for (let after = ""; ; ) {
      const rows = await deps.storage.sealedRows({ application, subject, table, after, limit: LOT });
      const writes: Write[] = [];
      for (const { row, sealed: before } of rows) {
        const sealed = resealOne(state, table, { row, before });
        if (sealed === "damaged") damaged += 1;
        else if (sealed !== undefined)
          writes.push({ kind: "reseal", row: { application, subject, table, row, before, sealed } });
      }
      if (state.erased) throw new ServiceError("unknown-subject");
      if (writes.length > 0) await deps.commits.submit(writes);
      resealed += writes.length;
      await breathe();
      const last = rows.at(-1);
      if (last === undefined || rows.length < LOT) break;
      after = last.row;
    }
  return { resealed, damaged };
}

function resealOne(
  { dataKeys }: SubjectState,
  table: SealedTable,
  { row, before }: { readonly row: string; readonly before: Uint8Array },
): Buffer | "damaged" | undefined {
  try {
    return dataKeys.reseal(SEALED_AS[table], row, before);
  } catch (error) {
    if (error instanceof KeyError && isDamage(error)) return "damaged";
    throw error;
  }
}
