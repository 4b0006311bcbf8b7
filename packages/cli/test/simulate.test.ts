import { readFile } from "node:fs/promises";
import { TUTORIAL_FEATURES } from "@habitus/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsOf, readRecordings } from "../src/data/recording.ts";
import { makeFolder, runCaptured } from "./support/run-captured.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

describe("habitus simulate", () => {
  test("the feature table has the tutorial's columns and the asked number of rows of each person", async () => {
    const csv = folder.path("table.csv");
    const { exitCode, values } = await runCaptured([
      "simulate",
      "--people",
      "3",
      "--samples",
      "7",
      "--csv",
      csv,
      "--json",
    ]);
    expect(exitCode).toBe(0);
    expect(values()).toEqual([{ people: 3, csv, rows: 21 }]);
    const [head, ...rows] = (await readFile(csv, "utf8")).trimEnd().split("\n");
    expect(head).toBe([...TUTORIAL_FEATURES, "user_id"].join(","));
    const people = rows.map((row) => row.split(",").at(-1));
    expect(people).toEqual(["user_1", "user_2", "user_3"].flatMap((id) => Array.from({ length: 7 }, () => id)));
    for (const row of rows)
      expect(
        row
          .split(",")
          .slice(0, 12)
          .every((cell) => Number(cell) > 0),
      ).toBe(true);
  });

  test("the same seed writes the same bytes, another seed other ones", async () => {
    const write = async (name: string, seed: string): Promise<string> => {
      await runCaptured(["simulate", "--people", "2", "--samples", "3", "--csv", folder.path(name), "--seed", seed]);
      return readFile(folder.path(name), "utf8");
    };
    const first = await write("a.csv", "5");
    expect(await write("b.csv", "5")).toBe(first);
    expect(await write("c.csv", "6")).not.toBe(first);
  });

  test("recordings are sessions of content-free events in time order, which decode again", async () => {
    const path = folder.path("sessions.jsonl");
    const argv = ["simulate", "--people", "2", "--sessions", "2", "--minutes", "2", "--recordings", path];
    expect((await runCaptured(argv)).exitCode).toBe(0);
    const sessions: string[] = [];
    for await (const recording of readRecordings(path)) {
      sessions.push(recording.session);
      expect(recording.batches.map(({ seq }) => seq)).toEqual(recording.batches.map((_, i) => i));
      const events = eventsOf(recording);
      const kinds = new Set(events.map(({ kind }) => kind));
      expect(kinds).toContain("key");
      expect(kinds).toContain("pointer");
      const times = events.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeCloseTo(recording.startedAt, 0);
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(60_000);
    }
    expect(sessions).toEqual(["user_1-day-1", "user_1-day-2", "user_2-day-1", "user_2-day-2"]);
  });

  test("recordings say the coarse circumstances, and the habits file what each person is like", async () => {
    const [path, habits] = [folder.path("usage.jsonl"), folder.path("habits.jsonl")];
    const argv = ["simulate", "--people", "2", "--sessions", "3", "--minutes", "1", "--recordings", path];
    expect((await runCaptured([...argv, "--habits", habits])).exitCode).toBe(0);
    const people = (await readFile(habits, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(people.map(({ id }) => id)).toEqual(["user_1", "user_2"]);
    for await (const { person, context } of readRecordings(path)) {
      const { home, elsewhere } = people.find(({ id }) => id === person).usage;
      expect([home, elsewhere]).toContainEqual(context);
      expect(Object.keys(context ?? {}).sort()).toEqual(["country", "language", "network", "timeZone"]);
    }
  });

  test("without a file to write it says which options there are", async () => {
    const { exitCode, err } = await runCaptured(["simulate", "--people", "2"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("--csv FILE");
  });

  test("a path that cannot be written is named", async () => {
    const csv = folder.path("no-such-folder/table.csv");
    const { exitCode, err } = await runCaptured(["simulate", "--people", "1", "--samples", "1", "--csv", csv]);
    expect(exitCode).toBe(2);
    expect(err).toContain(`${csv}: there is no such file or folder`);
  });

  test("a number out of range is refused with what fits", async () => {
    const { exitCode, err } = await runCaptured(["simulate", "--people", "0", "--csv", folder.path("x.csv")]);
    expect(exitCode).toBe(2);
    expect(err).toContain("whole number from 1 to 10000");
  });
});
