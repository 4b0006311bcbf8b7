import { join } from "node:path";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import type { LooseKeystroke, Recording } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { keyCodeZone } from "../key-code-zone.ts";
import { addKeystroke, sessionTrack } from "../keystroke-rows.ts";

const KEYSTROKES = "keystrokes.tsv.gz";
const COLUMNS = [
  "PARTICIPANT_ID",
  "TEST_SECTION_ID",
  "KEYSTROKE_ID",
  "PRESS_TIME",
  "RELEASE_TIME",
  "LETTER",
  "KEYCODE",
];

export const aaltoDesktop: Dataset = {
  name: "aalto-desktop",
  folder: "aalto-desktop",
  title: "Aalto 136M keystrokes, desktop: 15 transcribed sentences each, one visit",
  source: "https://userinterfaces.aalto.fi/136Mkeystrokes",
  citation:
    "V. Dhakal, A. M. Feit, P. O. Kristensson, A. Oulasvirta: Observations on Typing from 136 Million Keystrokes, CHI 2018, doi:10.1145/3173574.3174220",
  terms: "free for non-commercial use, with attribution",
  flaws: [
    "All sentences of a person come from one sitting on one keyboard: person, device and session cannot be told apart.",
    "Which shift key was pressed is not recorded (the left one is assumed).",
    "Some rows have a release before the press, or after more than 5 s.",
  ],
  files: [KEYSTROKES],
  sha256: { [KEYSTROKES]: "11cdb657e220d820f9acea132631cb2e34d8e21560147c1a1f1415e07249fac7" },
  read,
};

// LETTER and the sentences are never looked at: the zone comes from the key code.
async function* read(folder: string, { tally, onBytes, onFile }: ReadOptions): AsyncGenerator<Recording> {
  const path = join(folder, KEYSTROKES);
  const { batches, sha256 } = readRows(path, { columns: COLUMNS, separator: "\t", ...(onBytes && { onBytes }) });
  for await (const { key: subject, rows } of groupRows(batches, { key: ([id = ""]) => id, path })) {
    const sections = new Map<string, LooseKeystroke[]>();
    for (const row of rows) {
      const section = row[1] ?? "";
      const list = sections.get(section) ?? [];
      sections.set(section, list);
      const code = toNumber(row[6]);
      const zone = keyCodeZone(Number.isFinite(code) ? code : -1);
      addKeystroke(list, { zone, pressAt: wholeTime(row[3]), releaseAt: wholeTime(row[4]) }, tally);
    }
    const tracks = [...sections]
      .map(([session, list]) => ({ session, keys: sessionTrack(list, tally) }))
      .sort((a, b) => (a.keys?.pressAt[0] ?? 0) - (b.keys?.pressAt[0] ?? 0));
    let order = 0;
    for (const { session, keys } of tracks) {
      if (keys === undefined) continue;
      const id = `${subject}/${session}`;
      yield { id, subject, session, order, keys, pointer: undefined, timings: undefined, label: "" };
      order += 1;
    }
  }
  onFile?.(KEYSTROKES, sha256());
}

/** Epoch milliseconds in R's short form (1.47e+12) have lost their last digits: not a time. */
function wholeTime(field: string | undefined): number {
  return field !== undefined && /^\d+$/.test(field) ? Number(field) : Number.NaN;
}
