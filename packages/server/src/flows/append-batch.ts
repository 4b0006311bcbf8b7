import { createHmac, timingSafeEqual } from "node:crypto";
import { type BatchResponse, macInput } from "@habitus/wire";
import { sealedBatchSchema } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { mayObserve, tierOf } from "../live/consent.ts";
import { DIGEST_CHARACTERS, journalRow, timingOf } from "../live/journal.ts";
import type { LiveSession } from "../live/live-session.ts";
import { applyBatch, readBatch } from "../live/read-batch.ts";
import { acceptBatch, checkTiming, placeBatch } from "../live/sequence.ts";
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
  const { current: settings } = await deps.settings.load(application);
  return deps.live.run(application, session, async (live) => {
    checkMac(live, body, mac);
    const text = openText(deps, live, body);
    const batch = readBatch(deps.system, text);
    if (!mayObserve(live.subject, deps.now())) throw new ServiceError("no-consent");
    if (live.state.state === "ended" || live.subject.erased) throw new ServiceError("session-closed");
    if (batch.tier !== tierOf(live.subject, settings)) throw new ServiceError("wrong-tier");
    const digest = mac.slice(0, DIGEST_CHARACTERS);
    const place = placeBatch(live.state, batch, digest);
    if (place.kind === "repeated") {
      deps.metrics.batches.inc({ result: "repeated" });
      return { accepted: 0, nextSeq: place.nextSeq };
    }
    const timing = timingOf(batch, deps.now(), live.openedAt);
    checkTiming(live.state, place.stream, timing);
    await deps.commits.submit([{ kind: "appendJournal", row: journalRow(live, digest, text, timing.now) }]);
    live.nextEntry += 1;
    const stream = acceptBatch(live.state, batch, digest, timing);
    deps.metrics.accepted.inc();
    deps.metrics.events.inc(batch.events);
    advance(deps, live, () => applyBatch(deps, live, batch, { stream, now: timing.now }));
    return { accepted: batch.events, nextSeq: stream.next };
  });
}

/** Returns what was sealed, one character a byte; what was not is taken only where the service was told to. */
function openText({ opener, acceptUnsealed }: Deps, { session }: LiveSession, body: string): string {
  const sealed = sealedBatchSchema.safeParse(parseSealed(body));
  if (!sealed.success) {
    if (acceptUnsealed) return body;
    throw new ServiceError("unsealed-batch");
  }
  try {
    return opener.open(session, sealed.data);
  } catch (cause) {
    throw new ServiceError("wrong-seal", undefined, { cause });
  }
}

/** Of what is no sealed batch it need not be known why. */
function parseSealed(body: string): unknown {
  if (!body.startsWith('{"s":')) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
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
