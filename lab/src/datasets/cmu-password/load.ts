import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../lab-error.ts";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import { type Recording, zoneIndex } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";

const MILLISECONDS = "cmu_dsl_ms_truncated.csv.gz";
const SECONDS = "cmu_dsl_full_precision_5100rows.csv.gz";
const KEYS = ["period", "t", "i", "e", "five", "Shift.r", "o", "a", "n", "l", "Return"] as const;
const ZONES = [
  "punctuation",
  "leftTop",
  "rightTop",
  "leftTop",
  "digit",
  "leftTop",
  "rightTop",
  "leftHome",
  "rightBottom",
  "rightHome",
  "enter",
] as const;
const REPETITIONS_A_SESSION = 50;
const DAY_MS = 86_400_000;

/** H, DD and UD in the order of the file: 11 holds, 10 down-down, 10 up-down. */
const TIMINGS = KEYS.flatMap((key, i) => {
  const next = KEYS[i + 1];
  return next === undefined ? [`H.${key}`] : [`H.${key}`, `DD.${key}.${next}`, `UD.${key}.${next}`];
});

export const cmuPassword: Dataset = {
  name: "cmu-password",
  folder: "cmu-password",
  title: "CMU keystroke benchmark: the password .tie5Roanl, 51 people, 8 sessions of 50 repetitions",
  source: "http://www.cs.cmu.edu/~keystroke/",
  citation:
    "K. S. Killourhy, R. A. Maxion: Comparing Anomaly-Detection Algorithms for Keystroke Dynamics, DSN 2009, pp. 125-134",
  terms: "none stated; cite the paper",
  flaws: [
    "The last digit is cut off: whole milliseconds, truncated toward zero.",
    "Impostors of the published protocol are unpractised: their first five repetitions.",
    "No dates: a day is put between sessions, a minute between repetitions.",
  ],
  files: [MILLISECONDS],
  listFiles: (folder) =>
    existsSync(join(folder, MILLISECONDS)) || !existsSync(join(folder, SECONDS)) ? [MILLISECONDS] : [SECONDS],
  sha256: { [MILLISECONDS]: "fb176d02502af6ae588e5d3005c95bcfffa7302c17c0be28a72dd0a8d73226aa" },
  read,
};

async function* read(folder: string, { tally, onBytes, onFile }: ReadOptions): AsyncGenerator<Recording> {
  const inMilliseconds = existsSync(join(folder, MILLISECONDS));
  const name = inMilliseconds ? MILLISECONDS : SECONDS;
  const suffix = inMilliseconds ? "_ms" : "";
  const scale = inMilliseconds ? 1 : 1000;
  const path = join(folder, name);
  const columns = ["subject", "sessionIndex", "rep", ...TIMINGS.map((timing) => timing + suffix)];
  const { batches, sha256 } = readRows(path, { columns, separator: ",", ...(onBytes && { onBytes }) });
  for await (const { key, rows } of groupRows(batches, { key: ([subject = ""]) => subject, path })) {
    const repetitions = rows
      .map((row) => ({
        session: toNumber(row[1]),
        rep: toNumber(row[2]),
        timings: row.slice(3).map((x) => scale * toNumber(x)),
      }))
      .sort((a, b) => a.session - b.session || a.rep - b.rep);
    for (const { session, rep, timings } of repetitions) {
      if (!Number.isInteger(session) || !Number.isInteger(rep))
        throw new LabError("malformedData", `${path}: a row of ${key} has no whole session and repetition number.`);
      if (!timings.every(Number.isFinite)) {
        tally.add("repetition with a missing timing");
        continue;
      }
      yield recording(key, { session, rep, timings });
    }
  }
  onFile?.(name, sha256());
}

function recording(
  subject: string,
  { session, rep, timings }: { readonly session: number; readonly rep: number; readonly timings: readonly number[] },
): Recording {
  const pressAt = new Float64Array(KEYS.length).fill((session - 1) * DAY_MS + (rep - 1) * 60_000, 0, 1);
  const releaseAt = new Float64Array(KEYS.length);
  KEYS.forEach((_, i) => {
    const press = pressAt[i] ?? 0;
    releaseAt[i] = press + (timings[3 * i] ?? 0);
    if (i + 1 < KEYS.length) pressAt[i + 1] = press + (timings[3 * i + 1] ?? 0);
  });
  const name = `${session}-${rep}`;
  return {
    id: `${subject}/${name}`,
    subject,
    session: name,
    order: (session - 1) * REPETITIONS_A_SESSION + rep - 1,
    keys: { zone: Uint8Array.from(ZONES, zoneIndex), pressAt, releaseAt },
    pointer: undefined,
    timings: Float64Array.from(timings),
    label: "",
  };
}
