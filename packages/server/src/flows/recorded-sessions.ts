import { setImmediate } from "node:timers/promises";
import { type RecordedSession, spansOf, type UseTrace } from "@habitus/core";
import type { Deps } from "../deps.ts";
import { unlessDamaged } from "../keys/key-provider.ts";
import { systemId } from "../live/live-state.ts";
import type { StoredTrace } from "../live/use.ts";
import type { OutcomeRow, TraceRow } from "../storage/storage.ts";
import { resultOf } from "./record-outcome.ts";

interface Recorded {
  /** Newest first. */
  readonly traces: readonly TraceRow[];
  readonly outcomes: readonly OutcomeRow[];
}

const BREATH_EVERY = 50;

/** Lets what else waits for this thread have its turn. */
export async function breathe(): Promise<void> {
  await setImmediate();
}

/** Opens what was recorded of sessions under the running system: another system's trust says nothing of this one's thresholds. */
export async function readRecorded(
  deps: Pick<Deps, "subjects" | "system">,
  application: string,
  { traces, outcomes }: Recorded,
): Promise<RecordedSession[]> {
  const words = bySession(outcomes);
  const sessions: RecordedSession[] = [];
  let opened = 0;
  for (const [session, own] of bySession(traces)) {
    opened += 1;
    if (opened % BREATH_EVERY === 0) await breathe();
    const name = own[0]?.subject ?? "";
    const traces = await unlessDamaged(async () => {
      const subject = await deps.subjects.find(application, name);
      return own.map((row) => subject?.open("scores", row.id, row.sealed).toString());
    });
    const read = (traces ?? []) // one person's damaged rows are no reason to tell nothing of the others
      .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as StoredTrace])) // it was sealed: we wrote it
      .filter(({ system }) => system === systemId(deps.system))
      .reverse();
    if (read.length > 0) sessions.push(sessionOf(name, read, words.get(session) ?? []));
  }
  return sessions;
}

function sessionOf(subject: string, read: readonly UseTrace[], words: readonly OutcomeRow[]): RecordedSession {
  const from = read[0]?.startedAt ?? 0;
  return {
    subject,
    activeMs: read.reduce((sum, { activeMs }) => sum + activeMs, 0),
    spans: read.flatMap((trace) => [...spansOf(trace, from)]),
    takenOverAtS: takenOverAt(words, from),
  };
}

function bySession<Row extends { readonly session: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const sessions = new Map<string, Row[]>();
  for (const row of rows) {
    const own = sessions.get(row.session);
    if (own === undefined) sessions.set(row.session, [row]);
    else own.push(row);
  }
  return sessions;
}

/** The newest word counts: an owner's "that was me" after a failed step-up makes the session the owner's again. */
function takenOverAt(outcomes: readonly OutcomeRow[], from: number): number | undefined {
  const word = outcomes.find(({ outcome }) => resultOf(outcome) !== undefined);
  if (word === undefined || resultOf(word.outcome) !== "right") return undefined;
  return word.since === null ? 0 : Math.max(0, (word.since - from) / 1000);
}
