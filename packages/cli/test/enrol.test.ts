import { readFile, stat, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runCaptured } from "./support/run-captured.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let csv: string;
let lines: readonly string[];

beforeAll(async () => {
  folder = await makeFolder();
  csv = folder.path("table.csv");
  await runCaptured(["simulate", "--people", "4", "--samples", "40", "--csv", csv]);
  lines = (await readFile(csv, "utf8")).trimEnd().split("\n");
});
afterAll(() => folder.remove());

/** Writes a changed table and returns its path. */
async function tableOf(name: string, changed: readonly string[]): Promise<string> {
  await writeFile(folder.path(name), `${changed.join("\n")}\n`);
  return folder.path(name);
}

function enrol(table: string, ...more: readonly string[]) {
  return runCaptured(["enrol", "--csv", table, "--models", folder.path("models"), ...more]);
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
    expect(text.out).toContain("12 of 20 samples are there: 8 more are needed");
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

describe("a bad number in a table", () => {
  test("is named with its line in the file: empty lines count", async () => {
    const changed = lines.map((line, i) => (i === 5 ? line.split(",").with(2, "Infinity").join(",") : line));
    const { exitCode, err } = await enrol(await tableOf("bad.csv", ["", ...changed]));
    expect(exitCode).toBe(2);
    expect(err).toContain(`bad.csv, line 7: hold_mean must be a number of at least 0, got "Infinity"`);
  });
});

test("nobody of that name: exit code 2 and who is there", async () => {
  const { exitCode, err } = await enrol(csv, "--subject", "user_99");
  expect([exitCode, err]).toEqual([2, expect.stringContaining("user_1, user_2, user_3, user_4")]);
});
