import { join } from "node:path";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import type { KeyTrack, LooseKeystroke, Recording } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { keyNameZone } from "../key-code-zone.ts";
import { addKeystroke, sessionTrack } from "../keystroke-rows.ts";

const DAY_MS = 86_400_000;
const SENSORS = [
  "pressure",
  "tool_major",
  "x",
  "x_acceleration",
  "x_rotation",
  "y",
  "y_acceleration",
  "y_rotation",
  "z_acceleration",
  "z_rotation",
];

const COMMON = {
  folder: "monaco",
  source: "https://github.com/vmonaco/pohmm-keystroke (data/)",
  citation:
    "J. V. Monaco, C. C. Tappert: The Partially Observable Hidden Markov Model and its Application to Keystroke Biometrics, Pattern Recognition 76, 2018, arXiv:1607.03854",
  terms: "BSD 3-clause (the repository)",
};
const CLEANED =
  "Cleaned by its author: long pauses, equal times and zero holds are gone, so the tails are lighter than real typing's.";
const UNDATED = "Sittings carry no dates: a day is put between them.";
const TICK = "The clock ticks every 15.6 ms.";

/** Free text: 6 sittings of 500 keystrokes. */
export const monacoFree = monaco("free", "free_text.csv.gz", {
  title: "Monaco free text: 6 sittings of 500 keystrokes",
  columns: ["user", "session", "keyname", "timepress", "timerelease"],
  phrase: false,
  flaws: [CLEANED, TICK, UNDATED],
  sha256: "6af431a089c1fb9548147246dd1bd7b5b1d88e169a97be9279b4a5efcbbc797a",
});

/** Fixed text: 4 sittings of 100 keystrokes; the texts differ from sitting to sitting. */
export const monacoFixed = monaco("fixed", "fixed_text.csv.gz", {
  title: "Monaco fixed text: 4 sittings of 100 keystrokes",
  columns: ["user", "session", "keyname", "timepress", "timerelease"],
  phrase: false,
  flaws: [
    CLEANED,
    TICK,
    UNDATED,
    "Cut to 100 keystrokes, so typing errors shift the text: it is no phrase with fixed positions.",
  ],
  sha256: "4de8051a28591aed838ed2a1f4dc16d87be6889442a13bb02ab6070388c8d6b4",
});

/** A telephone number on a keypad, 20 times. */
export const monacoKeypad = monaco("keypad", "keypad.csv.gz", {
  title: "Monaco keypad: one telephone number and enter, 20 times",
  columns: ["user", "session", "timepress", "timerelease", "keycode", "keyname"],
  phrase: true,
  flaws: [CLEANED, TICK, UNDATED],
  sha256: "671bd80b9b0ce7b7eecc3d21ca407eea918b00ae36d469cbe11be75f489fe8c3",
});

/** The same number on a touch screen. Only the timings are used. */
export const monacoMobile = monaco("mobile", "mobile.csv.gz", {
  title: "Monaco mobile: the same number on a touch screen, 20 times",
  columns: ["user", "session", "keyname", "timepress", "timerelease", ...SENSORS],
  phrase: true,
  flaws: [CLEANED, UNDATED, "Pressure, place and acceleration are in the file and not used here."],
  sha256: "c000c04e58678323fdccb67b41996951ca887e97cceef7547d5fc0deedea2963",
});

interface Shape {
  readonly title: string;
  readonly columns: readonly string[];
  /** One phrase typed again and again: recordings get its timings by position. */
  readonly phrase: boolean;
  readonly flaws: readonly string[];
  readonly sha256: string;
}

function monaco(part: string, file: string, { title, columns, phrase, flaws, sha256 }: Shape): Dataset {
  return {
    ...COMMON,
    name: `monaco-${part}`,
    title,
    flaws,
    files: [file],
    sha256: { [file]: sha256 },
    read: (folder, options) => read(join(folder, file), { ...options, file, columns, phrase }),
  };
}

async function* read(
  path: string,
  options: ReadOptions & { readonly file: string; readonly columns: readonly string[]; readonly phrase: boolean },
): AsyncGenerator<Recording> {
  const { tally, onBytes, onFile, file, columns, phrase } = options;
  const [name, press, release] = ["keyname", "timepress", "timerelease"].map((column) => columns.indexOf(column));
  const { batches, sha256 } = readRows(path, { columns, separator: ",", ...(onBytes && { onBytes }) });
  let phraseKeys: number | undefined;
  for await (const { key: subject, rows } of groupRows(batches, { key: ([user = ""]) => user, path })) {
    const sessions = new Map<string, LooseKeystroke[]>();
    for (const row of rows) {
      const session = row[1] ?? "";
      const list = sessions.get(session) ?? [];
      sessions.set(session, list);
      const day = (sessions.size - 1) * DAY_MS; // sessions come one after the other
      const zone = keyNameZone(row[name ?? 0] ?? "");
      const pressAt = day + toNumber(row[press ?? 0]);
      addKeystroke(list, { zone, pressAt, releaseAt: day + toNumber(row[release ?? 0]) }, tally);
    }
    let order = 0;
    for (const [session, list] of sessions) {
      const keys = sessionTrack(list, tally);
      if (keys === undefined) continue;
      if (phrase) phraseKeys ??= keys.zone.length;
      if (phrase && keys.zone.length !== phraseKeys) {
        tally.add("repetition with another number of keys");
        continue;
      }
      const timings = phrase ? phraseTimings(keys) : undefined;
      yield { id: `${subject}/${session}`, subject, session, order, keys, pointer: undefined, timings, label: "" };
      order += 1;
    }
  }
  onFile?.(file, sha256());
}

/** Hold, down-down and up-down by position, as the CMU benchmark writes them. */
function phraseTimings({ pressAt, releaseAt }: KeyTrack): Float64Array {
  const timings: number[] = [];
  for (let i = 0; i < pressAt.length; i += 1) {
    const press = pressAt[i] ?? 0;
    const release = Number.isNaN(releaseAt[i]) ? press : (releaseAt[i] ?? press);
    timings.push(release - press);
    const next = pressAt[i + 1];
    if (next !== undefined) timings.push(next - press, next - release);
  }
  return Float64Array.from(timings);
}
