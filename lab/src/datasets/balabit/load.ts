import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../lab-error.ts";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import type { Recording } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { PointerRows } from "../pointer-rows.ts";

const LABELS = "public_labels.csv.gz";
const COLUMNS = ["session", "record timestamp", "client timestamp", "button", "state", "x", "y"];
const DAY_MS = 86_400_000;

export const balabit: Dataset = {
  name: "balabit",
  folder: "balabit",
  title: "Balabit Mouse Dynamics Challenge: long training sessions and short labelled test sessions",
  source: "https://github.com/balabit/Mouse-Dynamics-Challenge",
  citation: "A. Fulop, L. Kovacs, T. Kurics, E. Windhager-Pokol: Balabit Mouse Dynamics Challenge data set, 2016",
  terms: "no licence file; a citation is asked for",
  flaws: [
    "Seen through remote desktop: uneven sampling, and the resolution differs from user to user.",
    "An illegal session is another user's data under this user's name; whose is not published.",
    "Ten users: intervals are wide, whatever the number of sessions.",
    "Places over 10000 are fillers; rows are duplicated; the client's time goes back.",
  ],
  files: ["training_userN.csv.gz", "test_userN.csv.gz", LABELS],
  listFiles,
  sha256: { [LABELS]: "53213afca8df2085d2eb15faffc406f01d5d36bf74d3449fcdc56c5fd620e3ef" },
  read,
};

function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^(training|test)_user\w+\.csv\.gz$/.test(name));
  return names.length === 0 ? [] : [LABELS, ...names.sort()];
}

/** Recordings are labelled `training`, `legal` or `illegal`; the subject of an illegal one is the user it claims to be. */
async function* read(folder: string, { tally, onBytes, onFile }: ReadOptions): AsyncGenerator<Recording> {
  const bytes = onBytes === undefined ? {} : { onBytes };
  const labels = new Map<string, string>();
  const labelFile = readRows(join(folder, LABELS), { columns: ["filename", "is_illegal"], separator: ",", ...bytes });
  for await (const batch of labelFile.batches)
    for (const [session = "", illegal] of batch) {
      if (illegal !== "0" && illegal !== "1")
        throw new LabError(
          "malformedData",
          `${join(folder, LABELS)}: is_illegal must be 0 or 1, got ${JSON.stringify(illegal)}.`,
        );
      labels.set(session, illegal === "1" ? "illegal" : "legal");
    }
  onFile?.(LABELS, labelFile.sha256());
  for (const name of listFiles(folder)) {
    const match = /^(training|test)_(user\w+)\.csv\.gz$/.exec(name);
    if (match === null) continue;
    const [, part, subject = ""] = match;
    const path = join(folder, name);
    const { batches, sha256 } = readRows(path, { columns: COLUMNS, separator: ",", ...bytes });
    let order = 0;
    for await (const { key: session, rows } of groupRows(batches, { key: ([id = ""]) => id, path })) {
      const label = part === "training" ? "training" : labels.get(session);
      if (label === undefined) {
        tally.add("test session without a label");
        continue;
      }
      const kept = new PointerRows(tally);
      for (const [, , at, button = "", state = "", x, y] of rows)
        kept.add({ at: 1000 * toNumber(at) + order * DAY_MS, button, state, x: toNumber(x), y: toNumber(y) });
      if (kept.track.length === 0) {
        tally.add("session without events");
        continue;
      }
      const pointer = kept.track.build("mouse");
      yield {
        id: `${subject}/${session}`,
        subject,
        session,
        order,
        keys: undefined,
        pointer,
        timings: undefined,
        label,
      };
      order += 1;
    }
    onFile?.(name, sha256());
  }
}
