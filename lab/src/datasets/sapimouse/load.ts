import { join } from "node:path";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import type { Recording } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { PointerRows } from "../pointer-rows.ts";

const FILE = "sapimouse.csv.gz";
const COLUMNS = ["user", "session", "client timestamp", "button", "state", "x", "y"];
const DAY_MS = 86_400_000;

export const sapimouse: Dataset = {
  name: "sapimouse",
  folder: "sapimouse",
  title: "SapiMouse: a 3-minute and a 1-minute session on a web page each",
  source: "https://www.ms.sapientia.ro/~manyi/sapimouse/sapimouse.html",
  citation:
    "M. Antal, N. Fejer, K. Buza: SapiMouse: Mouse Dynamics-based User Authentication Using Deep Feature Learning, SACI 2021, doi:10.1109/SACI51354.2021.9465583",
  terms: "MIT in the repository the files were taken from; cite the paper",
  flaws: [
    "One person per machine: device and person cannot be told apart; rows that end in -behaviour take the device out.",
    "user35.1 and user35.2 are probably one person and are treated as one.",
    "Rows where time goes back would be dropped and counted.",
    "Sessions carry no dates: a day is put between them.",
  ],
  files: [FILE],
  sha256: { [FILE]: "db8ee71b0504aae8f95ab4528e1d2837caae1f45787cdab5fa52857e14c6677c" },
  read,
};

async function* read(folder: string, { tally, onBytes, onFile }: ReadOptions): AsyncGenerator<Recording> {
  const path = join(folder, FILE);
  const { batches, sha256 } = readRows(path, { columns: COLUMNS, separator: ",", ...(onBytes && { onBytes }) });
  for await (const { key: user, rows } of groupRows(batches, { key: ([name = ""]) => name, path })) {
    const [subject = user, part] = user.split(".");
    const sessions = new Map<string, { rows: PointerRows; order: number }>();
    for (const [, name = "", at, button = "", state = "", x, y] of rows) {
      // The long session is the first one whatever the order in the file.
      const session = sessions.get(name) ?? { rows: new PointerRows(tally), order: name.includes("3min") ? 0 : 1 };
      sessions.set(name, session);
      session.rows.add({ at: toNumber(at) + session.order * DAY_MS, button, state, x: toNumber(x), y: toNumber(y) });
    }
    for (const [name, { rows: kept, order }] of sessions) {
      const session = part === undefined ? name : `${name}.${part}`;
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
        label: name,
      };
    }
  }
  onFile?.(FILE, sha256());
}
