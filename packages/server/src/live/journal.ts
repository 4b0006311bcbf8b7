import { decodeEvents, type WireBatch } from "@habitus/wire";
import type { CoreDeps } from "../deps.ts";
import type { JournalRow } from "../storage/storage.ts";
import { applyEvents } from "./apply-events.ts";
import type { LiveSession } from "./live-session.ts";
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
  const batch = JSON.parse(plain.toString("utf8", DIGEST_CHARACTERS)) as WireBatch; // it was checked before it was sealed
  const events = decodeEvents(batch);
  const timing: Timing = {
    startedAt: batch.t / 10,
    endedAt: events.at(-1)?.at ?? batch.t / 10,
    now: row.receivedAt,
    openedAt: live.openedAt,
    isEmpty: events.length === 0,
  };
  const stream = acceptBatch(live.state, batch, plain.toString("latin1", 0, DIGEST_CHARACTERS), timing);
  live.nextEntry = row.n + 1;
  applyEvents(deps, live, events, { stream, quantumMs: batch.q / 1000, now: row.receivedAt });
}
