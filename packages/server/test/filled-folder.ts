import { randomUUID } from "node:crypto";
import { createRandom, emptyHistory, habitus, type System } from "@habitus/core";
import { createPopulation, typeText } from "@habitus/core/attacks";
import { openEngine, openFolder } from "../src/engine/inline.ts";
import { FILE_KEYS, type KeysConfig } from "../src/keys/config.ts";
import type { KeyProvider } from "../src/keys/key-provider.ts";
import { keepReference } from "../src/live/keep-reference.ts";
import { encodePhrase } from "../src/live/phrase-records.ts";
import { encodeHistory } from "../src/live/policies.ts";
import { encodeFeatureSet } from "../src/live/records.ts";
import { createSubjects, type SubjectState } from "../src/live/subjects.ts";
import { createGroupCommit } from "../src/storage/group-commit.ts";
import { SEALED_AS, type SealedRow, type SealedTable } from "../src/storage/key-rows.ts";
import type { Storage, Write } from "../src/storage/storage.ts";

export const APPLICATION = "app";
const system = habitus as unknown as System; // safe: a state comes only from its own system
const now = Date.now;

export interface OpenedParts {
  readonly storage: Storage;
  readonly keys: KeyProvider;
  readonly find: (subject: string) => Promise<SubjectState>;
  readonly ensure: (subject: string) => Promise<SubjectState>;
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a folder without a service. */
export async function openParts(dataDir: string, from: KeysConfig = FILE_KEYS): Promise<OpenedParts> {
  const { storage, keys } = await openFolder({ dataDir, maxBytes: undefined, keys: from });
  const commits = createGroupCommit(storage);
  const subjects = createSubjects({ storage, commits, keys, system, now });
  return {
    storage,
    keys,
    async find(subject) {
      const state = await subjects.find(APPLICATION, subject);
      if (state === undefined) throw new Error(`${subject} is not there`);
      return state;
    },
    ensure: (subject) => subjects.ensure(APPLICATION, subject),
    commit: commits.submit,
    async close() {
      await storage.close();
      await keys.close();
    },
  };
}

export function startEngine(dataDir: string, keys: KeysConfig = FILE_KEYS, maxBytes?: number) {
  const plain = { dataDir, logLevel: "silent", sessionMs: 3_600_000, system: system.name, acceptUnsealed: true };
  return openEngine({ ...plain, maxBytes, keys }, { logTo: undefined, system, now });
}

/** Fills the folder: each subject has something in every table that is sealed. Returns the feature sets' values. */
export async function fillFolder(
  dataDir: string,
  subjects: readonly string[],
  { keys = FILE_KEYS, samples = 24 }: { readonly keys?: KeysConfig; readonly samples?: number } = {},
): Promise<Float64Array[]> {
  const parts = await openParts(dataDir, keys);
  const row = { application: APPLICATION, name: "bank", origins: [], createdAt: now() };
  await parts.commit([{ kind: "putApplication", row }]);
  const values: Float64Array[] = [];
  for (const [i, subject] of subjects.entries()) {
    const state = await parts.ensure(subject);
    values.push(...(await fillSubject(parts, state, { person: i, samples })));
  }
  await parts.close();
  const engine = await startEngine(dataDir, keys);
  for (const subject of subjects) {
    await engine.setAccommodation({ application: APPLICATION, subject, actor: "x", ...ACCOMMODATION });
    const context = { remoteDesktop: true };
    const opening = { application: APPLICATION, subject, context, policyContext: "routine", signedIn: true } as const;
    const { session } = await engine.openSession(opening);
    await engine.setContext({ application: APPLICATION, session, context: "sensitive", actor: "x" });
  }
  await engine.close();
  return values;
}

const ACCOMMODATION = { without: [], withdrawn: [], widenNats: 0.5, until: null };

async function fillSubject(
  parts: OpenedParts,
  state: SubjectState,
  { person, samples }: { readonly person: number; readonly samples: number },
): Promise<Float64Array[]> {
  const { subject } = state;
  const of = { application: APPLICATION, subject };
  const [who] = createPopulation(1, 11 + person);
  if (who === undefined) throw new Error("nobody");
  const events = typeText(who, { keystrokes: 40 * samples, startAt: now() - 3_600_000, random: createRandom(person) });
  const { windows } = system.segmenter.push(system.segmenter.initial(), events, 0.1);
  const sets = windows.flatMap((one) => (one.kind === "sample" ? [system.extractor.extract(one)] : []));
  const { name, version } = system.extractor;
  const consent = { granted: true, textVersion: "1", actor: "subject", at: now() };
  await parts.commit([
    { kind: "addConsent", row: { ...of, ...consent, purpose: "authentication", tier: "features" } },
    ...sets.map((set, i): Write => {
      const id = randomUUID();
      const sealed = state.seal("sample", id, encodeFeatureSet(set));
      return { kind: "addSample", row: { ...of, id, at: now() - 1000 + i, extractor: `${name}@${version}`, sealed } };
    }),
    ...[1, 2].map((field): Write => {
      const phrase = { field, known: { repetitions: [], reference: undefined }, learnt: [], updatedAt: now() };
      const sealed = state.seal("phrase", String(field), encodePhrase(phrase));
      return { kind: "putPhrase", row: { ...of, field, at: now(), sealed } };
    }),
    ...["one", "two"].map((what): Write => {
      const id = `${what}-${subject}`;
      const sealedReasons = state.seal("decision", id, Buffer.from("[]"));
      return {
        kind: "addDecision",
        row: { ...of, session: "past", id, at: now(), decision: "continue", sealedReasons },
      };
    }),
    ...["one", "two"].map((what): Write => {
      const id = `trace-${what}-${subject}`;
      const sealed = state.seal("scores", id, Buffer.from(JSON.stringify({ system: "none", spans: [] })));
      return { kind: "addTrace", row: { ...of, session: "past", id, at: now(), sealed } };
    }),
    ...["one", "two"].map((what): Write => {
      const id = `events-${what}-${subject}`;
      const sealed = state.seal("events", id, Buffer.from('{"v":1}'));
      return { kind: "keepEvents", row: { ...of, session: "past", id, at: now(), sealed } };
    }),
    {
      kind: "putScoreHistory",
      row: { ...of, sealed: state.seal("scores", "history", encodeHistory(emptyHistory(), system)) },
    },
  ]);
  const random = createRandom(1);
  const made = system.enrol(sets, { background: system.background(100, 1), random, now: now(), profiles: [0] });
  if (made.kind !== "enrolment") throw new Error(made.reason);
  await keepReference({ commits: { submit: parts.commit, settled: async () => undefined }, system, now }, state, made, {
    actor: "x",
  });
  return sets.map((set) => set.values);
}

export interface PlacedRow extends SealedRow {
  readonly subject: string;
  readonly table: SealedTable;
}

/** Returns everything that is sealed under the subjects' data keys. */
export async function allSealed(storage: Storage, subjects: readonly string[]): Promise<PlacedRow[]> {
  const found: PlacedRow[] = [];
  for (const subject of subjects)
    for (const table of Object.keys(SEALED_AS) as SealedTable[]) // its own keys
      for (const row of await storage.sealedRows({ application: APPLICATION, subject, table, after: "", limit: 1e6 }))
        found.push({ subject, table, ...row });
  return found;
}
