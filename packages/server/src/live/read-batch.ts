import { randomUUID } from "node:crypto";
import { type Event, readerOf, type System } from "@habitus/core";
import { decodeEvents, decodeReadings, MalformedBatch, type Shapes, type Tier, type WireReadings } from "@habitus/wire";
import { type AnyBatch, anyBatchSchema, type WireAssertion } from "@habitus/wire/schemas";
import { ServiceError } from "../error.ts";
import { applyAssertion } from "./apply-assertion.ts";
import { applyEvents, applyReadings, type Step } from "./apply-events.ts";
import type { LiveSession } from "./live-session.ts";
import type { StreamState } from "./live-state.ts";
import type { Seen } from "./read-events.ts";

/** A batch that makes sense. */
export interface BatchRead extends Pick<AnyBatch, "stream" | "seq" | "lost"> {
  /** The tier that it is of. */
  readonly tier: Tier;
  /** Client's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Events that it tells of. */
  readonly events: number;
  readonly content:
    | { readonly kind: "events"; readonly events: readonly Event[]; readonly quantumMs: number; readonly text: string }
    | { readonly kind: "readings"; readonly seen: Seen }
    | { readonly kind: "assertion"; readonly assertion: WireAssertion };
}

/** Returns what the text says, which is one character a byte. Throws `malformed-batch`, and `wrong-reader` for readings of another version. */
export function readBatch(system: System, text: string): BatchRead {
  const batch = parse(text);
  const { stream, seq, lost } = batch;
  const startedAt = batch.t / 10;
  if (batch.v === 3)
    return {
      ...{ stream, seq, lost, startedAt, endedAt: startedAt, events: 0, tier: "device" },
      content: { kind: "assertion", assertion: batch },
    };
  if (batch.v === 2) {
    const seen = decoded(() => decodeReadings(batch, shapesOf(system, batch)));
    return {
      ...{ stream, seq, lost, startedAt, endedAt: seen.endedAt, events: seen.seen.events, tier: "features" },
      content: { kind: "readings", seen },
    };
  }
  const events = decoded(() => decodeEvents(batch));
  return {
    ...{ stream, seq, lost, startedAt, endedAt: events.at(-1)?.at ?? startedAt, events: events.length, tier: "events" },
    content: { kind: "events", events, quantumMs: batch.q / 1000, text },
  };
}

/** Does to the session what the batch says. */
export function applyBatch(
  deps: Step,
  live: LiveSession,
  { content }: BatchRead,
  { stream, now }: { readonly stream: StreamState; readonly now: number },
): void {
  if (content.kind === "events") {
    applyEvents(deps, live, content.events, { stream, quantumMs: content.quantumMs, now });
    keepEvents(live, content.text, now);
  } else if (content.kind === "readings") applyReadings(deps, live, content.seen, now);
  else applyAssertion(deps, live, content.assertion, now);
}

/** They came because the person agreed to give them: kept with the next snapshot. */
function keepEvents({ application, session, subject, unsaved }: LiveSession, text: string, at: number): void {
  const id = randomUUID();
  const sealed = subject.seal("events", id, Buffer.from(text, "latin1"));
  const row = { application, subject: subject.subject, session, id, at, sealed };
  unsaved.push({ kind: "keepEvents", row });
}

function parse(text: string): AnyBatch {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ServiceError("malformed-batch", "The batch is not JSON."); // without the parser's excerpt
  }
  const parsed = anyBatchSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".") ?? "";
  throw new ServiceError("malformed-batch", `The batch does not fit at "${where}": ${issue?.code ?? "invalid"}.`);
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof MalformedBatch) throw new ServiceError("malformed-batch", error.message);
    throw error;
  }
}

/** Feature sets that the system understands. */
function shapesOf(system: System, { x }: WireReadings): Shapes {
  const { id } = readerOf(system);
  if (x !== id)
    throw new ServiceError("wrong-reader", `This service reads with ${id}, the page with another: reload it.`);
  const supporting = (system.supporting ?? []).map(({ modality, extractor, values }) => [
    modality,
    { extractor, length: values },
  ]);
  return { window: { extractor: id, length: system.extractor.featureNames.length }, ...Object.fromEntries(supporting) };
}
