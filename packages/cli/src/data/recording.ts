import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Circumstances, Event } from "@habitus/core";
import { decodeEvents, encodeBatch, MalformedBatch, type WireBatch } from "@habitus/wire";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "./file-error.ts";

/**
 * One session of one person, one line of a file of recordings (JSON lines). The batches are as they cross the network
 * (`WireBatch`): a recording can be sent to a service as it is, and holds no typed content.
 */
export interface Recording {
  readonly person: string;
  readonly session: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Resolution of the recording clock, > 0. */
  readonly quantumMs: number;
  /** What the application would tell when it opens the session. */
  readonly context?: Circumstances;
  /** In the order of their `seq`. */
  readonly batches: readonly WireBatch[];
}

export interface RecordedSession {
  readonly person: string;
  readonly session: string;
  readonly startedAt: number;
  readonly quantumMs: number;
  readonly context?: Circumstances;
  /** In time order. */
  readonly events: readonly Event[];
}

/** As many as the collector sends at once when somebody is busy. */
const BATCH_EVENTS = 500;

/** Returns the session as one line of a file, without its line feed. */
export function toRecordingLine({ events, ...about }: RecordedSession): string {
  const batches: WireBatch[] = [];
  for (let i = 0; i < events.length; i += BATCH_EVENTS)
    batches.push(
      encodeBatch({
        stream: 1,
        seq: batches.length,
        quantumMs: about.quantumMs,
        lost: 0,
        events: events.slice(i, i + BATCH_EVENTS),
      }),
    );
  return JSON.stringify({ ...about, batches } satisfies Recording);
}

/** Yields the recordings of a file one by one. Throws a `CliError` that names the line. */
export async function* readRecordings(path: string): AsyncGenerator<Recording> {
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() !== "") yield parseRecording(line, `${path}, line ${number}`);
    }
  } catch (error) {
    throw explainFileError(error, path);
  } finally {
    lines.close();
  }
  if (number === 0) throw new CliError("badData", `${path} is empty: it must hold one recording a line.`);
}

/** Returns the events of a recording, in time order. Throws a `CliError`. */
export function eventsOf(recording: Recording): Event[] {
  try {
    return recording.batches.flatMap((batch) => decodeEvents(batch));
  } catch (error) {
    if (!(error instanceof MalformedBatch)) throw error;
    const message = `session ${recording.session} of ${recording.person} cannot be read: ${error.message}`;
    throw new CliError("badData", message, { cause: error });
  }
}

function parseRecording(line: string, where: string): Recording {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw new CliError("badData", `${where} is not JSON. Each line must be one recording.`, { cause });
  }
  if (!isRecording(parsed))
    throw new CliError(
      "badData",
      `${where} is no recording: it needs "person", "session", "startedAt", "quantumMs" and "batches", a list of {v, stream, seq, t, q, lost, e}.`,
    );
  return parsed;
}

function isRecording(content: unknown): content is Recording {
  if (!isRecord(content)) return false;
  const { person, session, startedAt, quantumMs, batches } = content;
  return (
    typeof person === "string" &&
    person !== "" &&
    typeof session === "string" &&
    Number.isFinite(startedAt) &&
    typeof quantumMs === "number" &&
    quantumMs > 0 &&
    quantumMs < 1000 &&
    Array.isArray(batches) &&
    batches.every(isBatch)
  );
}

function isBatch(content: unknown): boolean {
  if (!isRecord(content)) return false;
  const { v, t, q, e } = content;
  return v === 1 && Number.isSafeInteger(t) && Number.isInteger(q) && Array.isArray(e) && e.every(Number.isInteger);
}

function isRecord(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === "object" && content !== null;
}
