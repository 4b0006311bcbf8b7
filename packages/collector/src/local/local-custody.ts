import { type ReaderState, readerOf, type System } from "@habitus/core";
import { createBatchReader, createSealer } from "@habitus/wire";
import type { Custody } from "../custody.ts";
import type { Settings } from "../options.ts";
import { createOwnJudge, type Judgement, newSession, type OwnJudge, type OwnSession } from "./judge.ts";
import { restoreProfile, storeProfile } from "./records.ts";
import type { OwnStore } from "./store.ts";

/** In use, the service hears something at least so often. */
const WORD_EVERY_MS = 30_000;

export interface LocalCustody extends Custody {
  readonly judge: OwnJudge;
  /** What is to be kept is kept. */
  readonly settled: () => Promise<void>;
  /** A word for the service is due with the next events, whatever was said before. */
  readonly speakUp: () => void;
}

interface StoredSession {
  readonly id: string;
  readonly system: string;
  readonly own: OwnSession;
  readonly pending: ReaderState;
}

export interface LocalOptions {
  readonly system: System;
  readonly store: OwnStore;
  readonly now: () => number;
  readonly onJudgement: (judgement: Judgement) => void;
}

/**
 * Returns a custody that lets nothing of behaviour out: events are read, compared and learnt from here, and what leaves is a word on
 * the decision, signed and sealed like every batch. The session goes on after a reload of the page.
 */
export async function openLocalCustody(
  { session: id, sealKey }: Pick<Settings, "session" | "sealKey">,
  { system, store, now, onJudgement }: LocalOptions,
): Promise<LocalCustody> {
  const name = `${system.name}@${system.version}`;
  const sealer = await createSealer(sealKey, id);
  const stored = (await store.get("session")) as StoredSession | undefined; // it was sealed: we wrote it
  const isSame = stored?.id === id && stored.system === name;
  const reader = createBatchReader(readerOf(system), isSame ? stored.pending : undefined);
  const judge = createOwnJudge(
    system,
    restoreProfile(await store.get("profile"), name),
    isSame ? stored.own : newSession(system, now()),
  );
  let writing: Promise<void> = Promise.resolve();
  let spokenAt = Number.NEGATIVE_INFINITY;
  let spoken = "";

  const write = (what: { readonly learnt: boolean }): void => {
    const record: StoredSession = { id, system: name, own: structuredClone(judge.session), pending: reader.pending() };
    const profile = what.learnt ? storeProfile(judge.profile, name) : undefined;
    writing = writing
      .then(async () => {
        if (profile !== undefined) await store.put("profile", profile);
        await store.put("session", record);
      })
      .catch(() => undefined); // no room, or erased meanwhile: the session goes on in memory
  };
  return {
    judge,
    settled: () => writing,
    speakUp() {
      spoken = "";
    },
    make(batch) {
      const { learnt, judged } = judge.take(reader.read(batch), now()); // phrases of a sign-in are passed over
      const judgement = judge.read();
      const { decision, band, windows, samples, isEnrolled } = judgement;
      if (learnt || judged) {
        write({ learnt });
        onJudgement(judgement);
      }
      const word = `${decision.kind} ${band} ${isEnrolled}`;
      if (word === spoken && now() - spokenAt < WORD_EVERY_MS) return undefined;
      spoken = word;
      spokenAt = now();
      const { stream, seq, lost } = batch;
      const t = 10_000 * Math.floor(now() / 1000); // to the second: the instant of a key is nobody's business
      return { v: 3, stream, seq, lost, t, x: name, d: decision.kind, b: band, n: [windows, samples], k: isEnrolled };
    },
    seal: sealer.seal,
    ready: sealer.ready,
    keep: () => write({ learnt: false }),
    forget: () => undefined, // what the device has learnt stays until it is withdrawn
  };
}
