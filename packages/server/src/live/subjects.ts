import { emptyHistory, type Reference, type ScoreHistory, type System } from "@habitus/core";
import type { Accommodation } from "@habitus/wire";
import { makeDataKey, type SealContext } from "../keys/envelope.ts";
import type { KeyProvider } from "../keys/key-provider.ts";
import { keyContext } from "../keys/wrapped.ts";
import type { GroupCommit } from "../storage/group-commit.ts";
import type { PauseRow, Storage } from "../storage/storage.ts";
import { type Consents, newestConsents } from "./consent.ts";
import { createDataKeys, type DataKeys } from "./data-keys.ts";
import { systemId } from "./live-state.ts";
import { decodeHistory } from "./policies.ts";
import { decodeReference, type EnrolledProfile } from "./records.ts";
import { remakeReference } from "./remake-reference.ts";
import { asMade, type StoredForm, type StoredForms } from "./stored-form.ts";
import { loadPhrases, noSubjectPhrases, type SubjectPhrases } from "./subject-phrases.ts";
import { createTurn, type Turn } from "./turn.ts";

/** What the service knows of a subject while it is in use. One object per subject, shared by its sessions. */
export interface SubjectState {
  readonly application: string;
  readonly subject: string;
  readonly since: number;
  /** Enrolment, consent and erasure happen one at a time. */
  readonly turn: Turn;
  readonly dataKeys: DataKeys;
  readonly seal: (kind: SealContext["kind"], row: string, plain: Uint8Array) => Buffer;
  readonly open: (kind: SealContext["kind"], row: string, sealed: Uint8Array) => Buffer;
  consents: Consents;
  /** The newest; it may be over. */
  pause: PauseRow | undefined;
  readonly storedForm: StoredForm;
  /** The active reference, if it was made by the running system. */
  reference: ActiveReference | undefined;
  /** The ways of typing that it holds, oldest first; empty where there is none, or it knows no profiles. */
  profiles: readonly EnrolledProfile[];
  /** When there was a reference for the first time. */
  enrolledSince: number | undefined;
  /** How low trust got, hour by hour of genuine use. */
  history: ScoreHistory;
  phrases: SubjectPhrases;
  /** The newest; it may be over. */
  accommodation: Accommodation | undefined;
  lastVersion: number;
  samples: number;
  /** After a failure to enrol: not again before there are so many samples. */
  enrolFrom: number;
  erased: boolean;
}
export interface ActiveReference {
  readonly version: number;
  readonly reference: Reference;
  readonly enrolledAt: number;
}

export interface Subjects {
  readonly find: (application: string, subject: string) => Promise<SubjectState | undefined>;
  /** Makes the subject and its data key when there is none. */
  readonly ensure: (application: string, subject: string) => Promise<SubjectState>;
  readonly forget: (state: SubjectState) => void;
  /** Those in memory now; nothing is loaded. */
  readonly peek: (application: string, subject: string) => SubjectState | undefined;
  /** Returns the subject with a data key of its own that is not stored yet, knowing nothing: what is to come after an erasure. */
  readonly renew: (
    of: Pick<SubjectState, "application" | "subject" | "since">,
  ) => Promise<{ readonly fresh: SubjectState; readonly wrappedKey: Uint8Array }>;
}

export interface SubjectsDeps {
  readonly storage: Storage;
  readonly commits: GroupCommit;
  readonly keys: KeyProvider;
  /** The running one: a reference of another is never compared. */
  readonly system: System;
  readonly now: () => number;
  /** How references are stored; by default as they were made. */
  readonly forms?: StoredForms;
  readonly maxHeld?: number;
}

export function createSubjects(deps: SubjectsDeps): Subjects {
  const { storage, commits, keys, system, now, forms = () => asMade(system), maxHeld = 5000 } = deps;
  const createState = (application: string, subject: string, since: number, dataKey: Uint8Array): SubjectState =>
    emptyState({ application, subject, since, storedForm: forms(application, subject) }, dataKey);
  // The strong map is bounded; the weak one makes sure that a subject still in use is never loaded a second time.
  const held = new Map<string, SubjectState>();
  const inUse = new Map<string, WeakRef<SubjectState>>();
  const cleaner = new FinalizationRegistry<string>((key) => {
    if (inUse.get(key)?.deref() === undefined) inUse.delete(key);
  });
  const loading = new Map<string, Promise<SubjectState | undefined>>();

  const hold = (key: string, state: SubjectState): SubjectState => {
    held.delete(key);
    held.set(key, state);
    if (inUse.get(key)?.deref() !== state) {
      inUse.set(key, new WeakRef(state));
      cleaner.register(state, key);
    }
    for (const oldest of held.keys()) {
      if (held.size <= maxHeld) break;
      held.delete(oldest);
    }
    return state;
  };
  const load = async (application: string, subject: string): Promise<SubjectState | undefined> => {
    const row = await storage.subject(application, subject);
    if (row === undefined) return undefined;
    const dataKey = await keys.unwrap(row.wrappedKey, keyContext(application, subject));
    const state = createState(application, subject, row.since, dataKey);
    state.enrolledSince = row.enrolledAt;
    state.consents = newestConsents(await storage.consents(application, subject));
    state.pause = (await storage.pauses(application, subject)).at(-1);
    const { name, version } = system.extractor;
    state.samples = await storage.countSamples(application, subject, `${name}@${version}`);
    let isOutdated = false;
    for (const row of await storage.references(application, subject)) {
      const { version, enrolledAt } = row;
      state.lastVersion = version;
      if (!row.active || row.system !== systemId(system)) continue;
      const stored = decodeReference(state.open("reference", String(version), row.sealed));
      const { reference } = stored;
      state.profiles =
        stored.profiles ?? (system.assign === undefined ? [] : [{ since: 0, samples: reference.samples }]);
      const opened = state.storedForm.open(reference);
      isOutdated = opened === undefined;
      if (opened !== undefined) state.reference = { version, enrolledAt, reference: opened };
    }
    const scores = await storage.scoreHistory(application, subject);
    if (scores !== undefined) state.history = decodeHistory(state.open("scores", "history", scores.sealed), system);
    state.phrases = await loadPhrases(storage, state);
    state.accommodation = (await readAccommodations(storage, state)).at(-1);
    if (isOutdated) await remakeReference({ storage, commits, system, now }, state);
    return state;
  };
  const once = (key: string, work: () => Promise<SubjectState | undefined>): Promise<SubjectState | undefined> => {
    const running = loading.get(key);
    if (running !== undefined) return running;
    const started = work()
      .then((state) => state && hold(key, state))
      .finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
  const find = async (application: string, subject: string): Promise<SubjectState | undefined> => {
    const key = keyContext(application, subject);
    const known = inUse.get(key)?.deref();
    if (known?.erased === true) {
      await known.turn.run(() => undefined); // it is being erased: what comes after it is another
      return find(application, subject);
    }
    return known === undefined ? once(key, () => load(application, subject)) : hold(key, known);
  };
  return {
    find,
    async ensure(application, subject) {
      const known = await find(application, subject);
      if (known !== undefined) return known;
      const made = await once(keyContext(application, subject), async () => {
        const dataKey = makeDataKey();
        const wrappedKey = await keys.wrap(dataKey, keyContext(application, subject));
        const since = now();
        await commits.submit([{ kind: "addSubject", row: { application, subject, since, wrappedKey } }]);
        return createState(application, subject, since, dataKey);
      });
      return made ?? (await this.ensure(application, subject)); // another request was looking in vain at the same time
    },
    peek: (application, subject) => inUse.get(keyContext(application, subject))?.deref(),
    async renew({ application, subject, since }) {
      const dataKey = makeDataKey();
      const wrappedKey = await keys.wrap(dataKey, keyContext(application, subject));
      return { wrappedKey, fresh: createState(application, subject, since, dataKey) };
    },
    forget(state) {
      const key = keyContext(state.application, state.subject);
      state.erased = true;
      held.delete(key);
      inUse.delete(key);
    },
  };
}

/** Oldest first. */
export async function readAccommodations(
  storage: Storage,
  { application, subject, open: unseal }: SubjectState,
): Promise<Accommodation[]> {
  const rows = await storage.accommodations(application, subject);
  return rows.map(({ at, actor, sealed }) => {
    const said = JSON.parse(unseal("accommodation", String(at), sealed).toString()) as Omit<
      Accommodation,
      "at" | "actor"
    >; // it was sealed: we wrote it
    return { ...said, at, actor };
  });
}

type Begun = Pick<SubjectState, "application" | "subject" | "since" | "storedForm">;

function emptyState(begun: Begun, dataKey: Uint8Array): SubjectState {
  const dataKeys = createDataKeys(begun, dataKey);
  return {
    ...begun,
    turn: createTurn(),
    dataKeys,
    seal: dataKeys.seal,
    open: dataKeys.open,
    consents: {},
    pause: undefined,
    reference: undefined,
    profiles: [],
    enrolledSince: undefined,
    history: emptyHistory(),
    phrases: noSubjectPhrases(),
    accommodation: undefined,
    lastVersion: 0,
    samples: 0,
    enrolFrom: 0,
    erased: false,
  };
}
