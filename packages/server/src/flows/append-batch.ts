import { createHmac, timingSafeEqual } from "node:crypto";
import type { Event } from "@habitus/core";
import { type BatchResponse, decodeEvents, MalformedBatch, macInput, type WireBatch } from "@habitus/wire";
import { wireBatchSchema } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { applyEvents } from "../live/apply-events.ts";
import { mayObserve } from "../live/consent.ts";
import { DIGEST_CHARACTERS, journalRow } from "../live/journal.ts";
import type { LiveSession } from "../live/live-session.ts";
import { acceptBatch, checkTiming, placeBatch, type Timing } from "../live/sequence.ts";
import { announce } from "./announce.ts";
import { enrolWhenReady } from "./enrol-when-ready.ts";

export interface AppendBatch {
  readonly application: string;
  readonly session: string;
  /** The exact bytes that were signed, one character each (`latin1`): text crosses threads for less than bytes do. */
  readonly body: string;
  /** Lower-case hex. */
  readonly mac: string;
}

/**
 * Takes a batch: when this resolves it is durable. What it means is worked out afterwards from the same journal entry, so
 * a process killed at any moment comes to the same windows and decisions.
 */
export async function appendBatch(
  deps: Deps,
  { application, session, body, mac }: AppendBatch,
): Promise<BatchResponse> {
  return deps.live.run(application, session, async (live) => {
    checkMac(live, body, mac);
    const batch = parseBatch(body);
    const events = readEvents(batch);
    if (!mayObserve(live.subject, deps.now())) throw new ServiceError("no-consent");
    if (live.state.state === "ended" || live.subject.erased) throw new ServiceError("session-closed");
    const digest = mac.slice(0, DIGEST_CHARACTERS);
    const place = placeBatch(live.state, batch, digest);
    if (place.kind === "repeated") {
      deps.metrics.batches.inc({ result: "repeated" });
      return { accepted: 0, nextSeq: place.nextSeq };
    }
    const timing = timingOf(batch, events, deps.now(), live.openedAt);
    checkTiming(live.state, place.stream, timing);
    await deps.commits.submit([{ kind: "appendJournal", row: journalRow(live, digest, body, timing.now) }]);
    live.nextEntry += 1;
    const stream = acceptBatch(live.state, batch, digest, timing);
    deps.metrics.accepted.inc();
    deps.metrics.events.inc(events.length);
    advance(deps, live, () => applyEvents(deps, live, events, { stream, quantumMs: batch.q / 1000, now: timing.now }));
    return { accepted: events.length, nextSeq: stream.next };
  });
}

/** The batch is kept whatever happens here: a fault in what follows must not be answered as a refusal. */
function advance(deps: Deps, live: LiveSession, work: () => void): void {
  try {
    work();
    announce(deps, live);
    enrolWhenReady(deps, live);
  } catch (error) {
    deps.metrics.failures.inc({ where: "advance" });
    deps.log.error(
      { session: live.session, error: error instanceof Error ? error.name : "unknown" },
      "a batch could not be evaluated",
    );
  }
}

function checkMac(live: LiveSession, body: string, mac: string): void {
  const right = createHmac("sha256", live.channelKey)
    .update(macInput(live.session, ""))
    .update(body, "latin1")
    .digest();
  if (!/^[0-9a-f]{64}$/.test(mac) || !timingSafeEqual(Buffer.from(mac, "hex"), right))
    throw new ServiceError("wrong-mac");
}

function parseBatch(body: string): WireBatch {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new ServiceError("malformed-batch", "The batch is not JSON."); // without the parser's excerpt
  }
  const parsed = wireBatchSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".") ?? "";
  throw new ServiceError("malformed-batch", `The batch does not fit at "${where}": ${issue?.code ?? "invalid"}.`);
}

function readEvents(batch: WireBatch): readonly Event[] {
  try {
    return decodeEvents(batch);
  } catch (error) {
    if (error instanceof MalformedBatch) throw new ServiceError("malformed-batch", error.message);
    throw error;
  }
}

function timingOf(batch: WireBatch, events: readonly Event[], now: number, openedAt: number): Timing {
  const startedAt = batch.t / 10;
  return { startedAt, endedAt: events.at(-1)?.at ?? startedAt, now, openedAt, isEmpty: events.length === 0 };
}
