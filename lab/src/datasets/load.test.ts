import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { KEY_ZONES } from "@habitus/core";
import { afterAll, describe, expect, it } from "vitest";
import { LabError } from "../lab-error.ts";
import { toEvents } from "../recordings/to-events.ts";
import { temporarySets } from "../simulated/temporary-sets.ts";
import { aaltoDesktop } from "./aalto-desktop/load.ts";
import { balabit } from "./balabit/load.ts";
import { cmuPassword } from "./cmu-password/load.ts";
import { datasets } from "./index.ts";
import { keyCodeZone, keyNameZone } from "./key-code-zone.ts";
import { load } from "./load.ts";
import { sapimouse } from "./sapimouse/load.ts";

const sets = temporarySets(4);
afterAll(sets.remove);

function write(folder: string, name: string, text: string): string {
  const path = join(sets.root, folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), gzipSync(text));
  return path;
}

describe.each(datasets.map((dataset) => [dataset.name, dataset] as const))("%s", (_, dataset) => {
  it("is found below a root and by its own folder, and read twice the same", async () => {
    const below = await load(dataset, sets.root);
    const own = await load(dataset, join(sets.root, dataset.folder));
    expect(own).toEqual(below);
    expect(below.statement.subjects).toBeGreaterThan(1);
    expect(below.statement.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("becomes events in time order that know zones and no keys", async () => {
    const { recordings } = await load(dataset, sets.root);
    for (const recording of recordings.slice(0, 5)) {
      const events = toEvents(recording);
      expect(events.length).toBeGreaterThan(2);
      events.forEach((event, i) => {
        expect(event.at).toBeGreaterThanOrEqual(events[i - 1]?.at ?? Number.NEGATIVE_INFINITY);
        if (event.kind === "key") expect(KEY_ZONES).toContain(event.zone);
      });
    }
  });
});

describe("a folder that is not as it should be", () => {
  const complaint = async (promise: Promise<unknown>): Promise<LabError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof LabError)) throw new Error(`expected a LabError, got ${String(error)}`);
    return error;
  };

  it("is named when it is missing", async () => {
    const error = await complaint(load(cmuPassword, join(sets.root, "nowhere")));
    expect(error.code).toBe("dataMissing");
    expect(error.message).toContain("nowhere");
  });

  it("is named with the line that has too few fields", async () => {
    const whole = gunzipSync(readFileSync(join(sets.root, "aalto-desktop", "keystrokes.tsv.gz"))).toString();
    const lines = whole.split("\n");
    lines[7] = "5\t1\t2";
    const folder = write("broken-aalto", "keystrokes.tsv.gz", lines.join("\n"));
    const error = await complaint(load(aaltoDesktop, folder));
    expect(error.code).toBe("malformedData");
    expect(error.message).toContain("line 8");
  });

  it("is named when the columns are others, the file is cut off or no gzip at all", async () => {
    const other = write("broken-sapi", "sapimouse.csv.gz", "who,when\n1,2\n");
    expect((await complaint(load(sapimouse, other))).message).toContain("first line");
    const path = join(sets.root, "broken-sapi", "sapimouse.csv.gz");
    const whole = readFileSync(join(sets.root, "sapimouse", "sapimouse.csv.gz"));
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    expect((await complaint(load(sapimouse, other))).code).toBe("malformedData");
    writeFileSync(path, "user,session\n");
    expect((await complaint(load(sapimouse, other))).code).toBe("malformedData");
  });

  it("is refused when it holds one person: nobody could be compared", async () => {
    const row = (session: string, at: number): string => `user1,${session},${at},NoButton,Move,${at},1`;
    const rows = ["session_3min", "session_1min"].flatMap((session) => [1, 2, 3].map((at) => row(session, at)));
    const folder = write(
      "one-person",
      "sapimouse.csv.gz",
      `user,session,client timestamp,button,state,x,y\n${rows.join("\n")}\n`,
    );
    expect((await complaint(load(sapimouse, folder))).message).toContain("1 people");
  });
});

describe("flaws of the published files", () => {
  it("are dropped and counted: fillers, duplicates, time that goes back", async () => {
    const head = "session,record timestamp,client timestamp,button,state,x,y";
    const rows = [
      "s,0,0,NoButton,Move,1,1",
      "s,0,0,NoButton,Move,1,1",
      "s,0,0.1,NoButton,Move,65535,1",
      "s,0,0.5,NoButton,Move,2,2",
      "s,0,0.4,NoButton,Move,3,3",
      "s,0,0.6,NoButton,Move,nan,3",
    ];
    for (const user of ["user1", "user2"])
      write("flawed", `training_${user}.csv.gz`, `${[head, ...rows].join("\n")}\n`);
    const folder = write("flawed", "public_labels.csv.gz", "filename,is_illegal\n");
    const { recordings, statement } = await load(balabit, folder);
    expect(recordings.map(({ pointer }) => pointer?.at.length)).toEqual([2, 2]);
    expect(statement.dropped).toEqual({
      "exact duplicate": 2,
      "place over 10000 (filler)": 2,
      "row without numbers": 2,
      "time went back": 2,
    });
  });

  it("are dropped and counted: releases before the press or long after it, times in short form", async () => {
    const head = "PARTICIPANT_ID\tTEST_SECTION_ID\tKEYSTROKE_ID\tPRESS_TIME\tRELEASE_TIME\tLETTER\tKEYCODE";
    const rows = (id: number): string[] => [
      `${id}\t1\t1\t1000\t1090\t"\t69`,
      `${id}\t1\t2\t1100\t1050\t \t32`,
      `${id}\t1\t3\t1200\t9000\t\t16`,
      `${id}\t1\t2e+05\t1300\t1400\tx\t88`,
      `${id}\t1\t5\t1.47e+12\t1500\tx\t88`,
    ];
    const folder = write("flawed-aalto", "keystrokes.tsv.gz", `${[head, ...rows(1), ...rows(2)].join("\n")}\n`);
    const { recordings, statement } = await load(aaltoDesktop, folder);
    expect(recordings[0]?.keys?.zone.length).toBe(4);
    expect([...(recordings[0]?.keys?.releaseAt ?? [])]).toEqual([1090, Number.NaN, Number.NaN, 1400]);
    expect(statement.dropped).toEqual({
      "keystroke without a readable press time": 2,
      "release before its press": 2,
      "release over 5 s after its press": 2,
    });
  });

  it("leave user35.1 and user35.2 one person", async () => {
    const rows = ["user35.1", "user35.2", "user36"].flatMap((user) =>
      ["session_3min", "session_1min"].flatMap((session) =>
        [1, 2].map((at) => `${user},${session},${at},NoButton,Move,${at},1`),
      ),
    );
    const folder = write(
      "doubled",
      "sapimouse.csv.gz",
      `user,session,client timestamp,button,state,x,y\n${rows.join("\n")}\n`,
    );
    const { recordings, statement } = await load(sapimouse, folder);
    expect(statement.subjects).toBe(2);
    expect(recordings.filter(({ subject }) => subject === "user35").map(({ session }) => session)).toEqual([
      "session_3min.1",
      "session_1min.1",
      "session_3min.2",
      "session_1min.2",
    ]);
  });
});

it("a key code and a key name give the zone of the key's place", () => {
  const zone = (index: number): string | undefined => KEY_ZONES[index];
  expect([65, 81, 77, 32, 16, 8, 13, 53, 186, 37, 20, -1].map((code) => zone(keyCodeZone(code)))).toEqual([
    "leftHome",
    "leftTop",
    "rightBottom",
    "space",
    "shiftLeft",
    "backspace",
    "enter",
    "digit",
    "punctuation",
    "navigation",
    "other",
    "other",
  ]);
  expect(["a", "numpad_9", "7", "period", "page_up", "constructor"].map((name) => zone(keyNameZone(name)))).toEqual([
    "leftHome",
    "digit",
    "digit",
    "punctuation",
    "navigation",
    "other",
  ]);
});
