import { join } from "node:path";
import { groupRows } from "../../reading/group-rows.ts";
import { readRows, toNumber } from "../../reading/read-rows.ts";
import type { Recording } from "../../recordings/recording.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { PointerRows } from "../pointer-rows.ts";

const FILE = "circles.csv.gz";
const COLUMNS = ["source_dir", "file", "resolution_w", "resolution_h", "t_ms", "event", "x", "y"];

export const delbotCircles: Dataset = {
  name: "delbot-circles",
  folder: "delbot-circles",
  title: "DELBOT-Mouse: people and four kinds of bot clicking circles that disappear",
  source: "https://github.com/chrisgdt/DELBOT-Mouse (python/dataset.tar.gz)",
  citation: "C. Garcia Duro Torres: DELBOT-Mouse, 2022 (the repository)",
  terms: "MIT",
  flaws: [
    "People are not counted: folders are devices and conditions of very few people.",
    "The folder human_fast has places as fractions of the screen; they are scaled to it.",
    "The GAN was trained on these very people.",
    "203 rows hold nan, time goes back once; those rows are dropped.",
  ],
  files: [FILE],
  sha256: { [FILE]: "eb197e06d0bda64068d2c59aca2b43e9f529ba203e3d3651c1d880e9e3de0a57" },
  read,
};

/** Each file is one recording; the subject is its folder without `circles_`, the label `human` or the kind of bot. */
async function* read(folder: string, { tally, onBytes, onFile }: ReadOptions): AsyncGenerator<Recording> {
  const path = join(folder, FILE);
  const { batches, sha256 } = readRows(path, { columns: COLUMNS, separator: ",", ...(onBytes && { onBytes }) });
  const counts = new Map<string, number>();
  for await (const { key, rows } of groupRows(batches, { key: ([dir, file]) => `${dir}/${file}`, path })) {
    const [directory = "", file = ""] = key.split("/");
    const subject = directory.replace(/^circles_/, "");
    const label = subject.startsWith("human") ? "human" : subject.replace(/^bot_/, "");
    const kept = new PointerRows(tally);
    for (const [, , width, height, at, event = "", x, y] of rows) {
      const [px, py] = [toNumber(x), toNumber(y)];
      const [w, h] = subject === "human_fast" ? [toNumber(width), toNumber(height)] : [1, 1];
      const state = event.replace("Touch", "");
      kept.add({ at: toNumber(at), button: state === "Move" ? "NoButton" : "Left", state, x: px * w, y: py * h });
    }
    if (kept.track.length === 0) {
      tally.add("file without events");
      continue;
    }
    const order = counts.get(subject) ?? 0;
    counts.set(subject, order + 1);
    const pointer = kept.track.build("mouse");
    yield {
      id: `${subject}/${file}`,
      subject,
      session: file,
      order,
      keys: undefined,
      pointer,
      timings: undefined,
      label,
    };
  }
  onFile?.(FILE, sha256());
}
