import type { CoreDeps } from "../deps.ts";
import type { JournalRow } from "../storage/storage.ts";
import type { LiveSession } from "./live-session.ts";
import { applyBatch, type BatchRead, readBatch } from "./read-batch.ts";
import { acceptBatch, type Timing } from "./sequence.ts";

/** Bytes of a batch's MAC that are kept to recognise it when it is sent again. */
export const DIGEST_CHARACTERS = 16;

/** Returns the journal entry of an accepted batch: its digest and its exact text, sealed. */
export function journalRow(live: LiveSession, digest: string, body: string, now: number): JournalRow {
  const { application, session, nextEntry: n, subject } = live;
  const plain = Buffer.from(digest + body, "latin1");
  return { application, session, n, receivedAt: now, sealed: subject.seal("journal", `${session}/${n}`, plain) };
}

/** Does to the session what its entry did before: the journal alone says what an acknowledged batch was. */
export function replayEntry(deps: CoreDeps, live: LiveSession, row: JournalRow): void {
  const plain = live.subject.open("journal", `${row.session}/${row.n}`, row.sealed);
  const batch = readBatch(deps.system, plain.toString("latin1", DIGEST_CHARACTERS));
  const digest = plain.toString("latin1", 0, DIGEST_CHARACTERS);
  const stream = acceptBatch(live.state, batch, digest, timingOf(batch, row.receivedAt, live.openedAt));
  live.nextEntry = row.n + 1;
  applyBatch(deps, live, batch, { stream, now: row.receivedAt });
}

/** When a batch was, and when it came. */
export function timingOf({ startedAt, endedAt, events }: BatchRead, now: number, openedAt: number): Timing {
  return { startedAt, endedAt, now, openedAt, isEmpty: events === 0 };
}
