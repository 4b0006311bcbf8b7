import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Event } from "@habitus/core";
import { decodeEvents, MalformedBatch, type WireBatch } from "@habitus/wire";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "./file-error.ts";

/**
 * One session of one person, one line of a file of recordings (JSON lines). `events` is a batch as it crosses the network
 * (`WireBatch`), only longer: it holds the whole session.
 */
export interface Recording {
  readonly person: string;
  readonly session: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly events: WireBatch;
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
    return decodeEvents(recording.events);
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
      `${where} is no recording: it needs "person", "session", "startedAt" and "events", a batch {v, stream, seq, t, q, lost, e}.`,
    );
  return parsed;
}

function isRecording(content: unknown): content is Recording {
  if (!isRecord(content) || !isRecord(content.events)) return false;
  const { person, session, startedAt, events } = content;
  const { v, t, q, e } = events;
  return (
    typeof person === "string" &&
    person !== "" &&
    typeof session === "string" &&
    Number.isFinite(startedAt) &&
    v === 1 &&
    Number.isSafeInteger(t) &&
    typeof q === "number" &&
    q > 0 &&
    Array.isArray(e) &&
    e.every(Number.isInteger)
  );
}

function isRecord(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === "object" && content !== null;
}
