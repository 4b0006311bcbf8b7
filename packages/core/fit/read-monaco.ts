import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Keystroke } from "../src/events/segment.ts";

export interface MonacoFreeText {
  readonly sha256: string;
  /** Keystrokes of each session in the order of their presses, by person. */
  readonly people: ReadonlyMap<string, readonly (readonly Keystroke[])[]>;
}

/** Reads `monaco/free_text.csv.gz`: user, session, keyname, timepress, timerelease (ms since the session's first press). */
export function readMonacoFreeText(file: string): MonacoFreeText {
  const bytes = readFileSync(file);
  const sessions = new Map<string, Map<string, Keystroke[]>>();
  for (const line of gunzipSync(bytes).toString("utf8").trim().split("\n").slice(1)) {
    const [user = "", session = "", , press, release] = line.split(",");
    const own = sessions.get(user) ?? new Map<string, Keystroke[]>();
    sessions.set(user, own);
    const keys = own.get(session) ?? [];
    own.set(session, keys);
    // Which key it was plays no part in the tutorial's features.
    keys.push({ zone: "other", pressAt: Number(press), releaseAt: Number(release) });
  }
  const people = new Map(
    [...sessions].map(([user, own]) => [
      user,
      [...own.values()].map((keys) => keys.sort((left, right) => left.pressAt - right.pressAt)),
    ]),
  );
  return { sha256: createHash("sha256").update(bytes).digest("hex"), people };
}
