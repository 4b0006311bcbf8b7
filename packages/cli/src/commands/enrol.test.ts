import { readFile, stat, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, tryCommand } from "../testing/try-command.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let csv: string;
let lines: readonly string[];

beforeAll(async () => {
  folder = await makeFolder();
  csv = folder.path("table.csv");
  await tryCommand(["simulate", "--people", "4", "--samples", "40", "--csv", csv]);
  lines = (await readFile(csv, "utf8")).trimEnd().split("\n");
});
afterAll(() => folder.remove());

/** Writes a changed table and returns its path. */
async function tableOf(name: string, changed: readonly string[]): Promise<string> {
  await writeFile(folder.path(name), `${changed.join("\n")}\n`);
  return folder.path(name);
}

function enrol(table: string, ...more: readonly string[]) {
  return tryCommand(["enrol", "--csv", table, "--models", folder.path("models"), ...more]);
}

describe("habitus enrol", () => {
  test("a subject is trained against as many samples of others, and checked on a fifth", async () => {
    const { exitCode, values } = await enrol(csv, "--subject", "user_2", "--json");
    expect(exitCode).toBe(0);
    // the oldest 80 % of 40 rows against as many; a fifth of each 32 is held out: 2 x 6
    expect(values()).toHaveLength(1);
    expect(values()[0]).toMatchObject({ subject: "user_2", enrolled: true, mated: 32, nonMated: 32, heldOut: 12 });
    const importances = values()[0]?.importances as { feature: string; importance: number }[]; // as printed above
    expect(importances).toHaveLength(12);
    expect(importances.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 6);
    const sorted = importances.map(({ importance }) => importance);
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
  });

  test("everybody is enrolled where no subject is named, each in a file that only this user may read", async () => {
    const { exitCode, values } = await enrol(csv, "--json");
    expect(exitCode).toBe(0);
    expect(values().map(({ subject }) => subject)).toEqual(["user_1", "user_2", "user_3", "user_4"]);
    const { mode } = await stat(folder.path("models/user_4.json"));
    expect(mode & 0o777).toBe(0o600);
  });

  test("the same table and seed make the same model", async () => {
    await enrol(csv, "--subject", "user_1", "--seed", "9");
    const payload = async () => JSON.parse(await readFile(folder.path("models/user_1.json"), "utf8")).reference.payload;
    const first = await payload();
    await enrol(csv, "--subject", "user_1", "--seed", "9");
    expect(await payload()).toBe(first);
    await enrol(csv, "--subject", "user_1", "--seed", "10");
    expect(await payload()).not.toBe(first);
  });

  test("too few samples end with exit code 1 and the number still missing, and no model", async () => {
    const few = await tableOf(
      "few.csv",
      lines.filter((line, i) => i <= 15 || !line.endsWith("user_1")),
    );
    const { exitCode, values } = await enrol(few, "--subject", "user_1", "--json", "--models", folder.path("none"));
    expect(exitCode).toBe(1);
    // the oldest 80 % of 15 rows are 12 of the 20 that are needed
    expect(values()[0]).toMatchObject({ subject: "user_1", enrolled: false, have: 12, need: 20, missing: 8 });
    await expect(readFile(folder.path("none/user_1.json"))).rejects.toThrow("ENOENT");
    const text = await enrol(few, "--subject", "user_1");
    expect(text.stdout).toContain("12 of 20 samples are there: 8 more are needed");
  });

  test("somebody left out with --without trains nothing", async () => {
    const alone = await tableOf(
      "alone.csv",
      lines.filter((line) => !line.endsWith("user_3")),
    );
    await enrol(csv, "--subject", "user_1", "--without", "user_3");
    const without = JSON.parse(await readFile(folder.path("models/user_1.json"), "utf8"));
    await enrol(alone, "--subject", "user_1");
    const never = JSON.parse(await readFile(folder.path("models/user_1.json"), "utf8"));
    expect(without.background).toEqual(["user_2", "user_4"]);
    expect(without.reference.payload).toBe(never.reference.payload);
  });
});

describe("a feature table that does not fit", () => {
  test("missing columns are all named", async () => {
    const cut = await tableOf(
      "cut.csv",
      lines.map((line) => line.split(",").toSpliced(10, 3).join(",")),
    );
    const { exitCode, stderr } = await enrol(cut);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("lacks the columns mouse_total_distance, mouse_event_count, user_id");
  });

  test.each(["abc", "", "NaN", "Infinity", "-1"])("%j is no number: its line and column are named", async (bad) => {
    const changed = lines.map((line, i) => (i === 5 ? line.split(",").with(2, bad).join(",") : line));
    const table = await tableOf("bad.csv", ["", ...changed]); // the empty line counts
    const { exitCode, stderr } = await enrol(table);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`bad.csv, line 7: hold_mean must be a number of at least 0, got "${bad}"`);
  });

  test("columns may stand in another order, with others between them", async () => {
    const turned = lines.map((line, i) => [i === 0 ? "note" : "x", ...line.split(",").reverse()].join(","));
    const { values } = await enrol(await tableOf("turned.csv", turned), "--subject", "user_2", "--json");
    const straight = await enrol(csv, "--subject", "user_2", "--json");
    expect(values()[0]?.importances).toEqual(straight.values()[0]?.importances);
  });

  test.each([
    ["nothing in it", [], "is empty"],
    ["no rows", ["HEAD"], "has no rows"],
    ["a row cut short", ["HEAD", "1,2,3"], "is no CSV table"],
  ])("%s: said with the file", async (_, content, reason) => {
    const table = await tableOf("odd.csv", content.map((line) => (line === "HEAD" ? (lines[0] ?? "") : line)).slice());
    if (content.length === 0) await writeFile(table, "");
    const { exitCode, stderr } = await enrol(table);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`odd.csv ${reason}`);
  });

  test("nobody of that name, no file, two sources: exit code 2 and what to do", async () => {
    const nobody = await enrol(csv, "--subject", "user_99");
    expect([nobody.exitCode, nobody.stderr]).toEqual([2, expect.stringContaining("user_1, user_2, user_3, user_4")]);
    const absent = await enrol(folder.path("absent.csv"));
    expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining("there is no such file")]);
    const both = await enrol(csv, "--recordings", csv);
    expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining("either --csv FILE")]);
  });
});
