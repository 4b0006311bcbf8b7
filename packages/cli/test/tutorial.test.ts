import { readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Tick } from "../src/watching/replay.ts";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

const COLUMNS =
  "iki_mean,iki_std,hold_mean,hold_std,typing_speed,keystroke_count,mouse_distance_mean,mouse_distance_std,mouse_speed_mean,mouse_speed_std,mouse_total_distance,mouse_event_count,user_id";

describe("the classic tutorial, line by line", () => {
  test("simulate, enrol, watch: the subject is known, somebody else is noticed", async () => {
    const at = await emptyFolder();
    const csv = at("table.csv");
    const models = at("models");
    const simulated = await runCaptured(["simulate", "--people", "10", "--samples", "60", "--csv", csv]);
    expect(simulated).toMatchObject({ exitCode: 0, err: "" });
    const lines = (await readFile(csv, "utf8")).trim().split("\n");
    expect(lines[0]).toBe(COLUMNS);
    expect(lines).toHaveLength(601);
    expect(new Set(lines.slice(1).map((line) => line.split(",").at(-1)))).toHaveProperty("size", 10);

    const enrolled = await runCaptured(["enrol", "--csv", csv, "--subject", "user_3", "--models", models]);
    expect(enrolled.exitCode).toBe(0);
    expect(enrolled.out).toMatch(
      /48 samples against 48 of 9 other people\n {2}80\/20 check: \d+ of 20 held-out samples right/,
    );
    expect(enrolled.out).toContain("12 newer samples are left to watch");
    expect((await stat(at("models/user_3.json"))).mode & 0o777).toBe(0o600);

    const source = ["--csv", csv, "--subject", "user_3", "--models", models];
    const watched = await runCaptured(["watch", ...source, "--impostor", "user_5", "--json"]);
    const ticks = watched.json() as Tick[];
    const own = ticks.filter(({ person }) => person === "user_3");
    const others = ticks.filter(({ person }) => person === "user_5");
    expect(own).toHaveLength(12); // the fifth that the model was not trained on
    expect(own.at(-1)?.decision).toBe("continue");
    expect(others.at(-1)?.decision).toBe("lock");
    expect(mean(own)).toBeGreaterThan(mean(others) + 0.3);

    const text = await runCaptured(["watch", ...source, "--impostor", "user_5"]);
    expect(text.err).toContain('"seen"');
    expect(text.out).toMatch(/[\u2801-\u28ff]+/); // the curve
  });

  test("everybody is enrolled when nobody is named, the same way with the same seed", async () => {
    const at = await emptyFolder();
    await runCaptured(["simulate", "--people", "4", "--samples", "30", "--csv", at("t.csv")]);
    const enrol = (seed: string) =>
      runCaptured(["enrol", "--csv", at("t.csv"), "--models", at(`models-${seed}`), "--seed", seed, "--json"]);
    const [once, again, other] = [await enrol("7"), await enrol("7"), await enrol("8")];
    expect(once.json()).toHaveLength(4);
    expect(again.out).toBe(once.out);
    expect(other.out.replaceAll("models-8", "models-7")).not.toBe(once.out);
  });

  test("who was left out of the others is an unseen impostor", async () => {
    const at = await emptyFolder();
    await runCaptured(["simulate", "--people", "5", "--samples", "30", "--csv", at("t.csv")]);
    const source = ["--csv", at("t.csv"), "--subject", "user_1", "--models", at("models")];
    await runCaptured(["enrol", ...source, "--without", "user_2"]);
    const watched = await runCaptured(["watch", ...source, "--impostor", "user_2", "--json"]);
    expect((watched.json() as Tick[]).filter(({ person }) => person === "user_2").length).toBeGreaterThan(4);
    expect((await runCaptured(["watch", ...source, "--impostor", "user_2"])).err).toContain('"unseen"');
  });
});

describe("too few samples", () => {
  test("is no model, and says how many are missing", async () => {
    const at = await emptyFolder();
    await runCaptured(["simulate", "--people", "3", "--samples", "6", "--csv", at("t.csv")]);
    const enrol = ["enrol", "--csv", at("t.csv"), "--subject", "user_1", "--models", at("models")];
    const text = await runCaptured(enrol);
    expect(text.exitCode).toBe(1);
    expect(text.out).toMatch(/not enrolled \(tooFewSamples\)\. 5 of 20 samples are there: 15 more are needed/);
    const [json] = (await runCaptured([...enrol, "--json"])).json();
    expect(json).toMatchObject({ enrolled: false, reason: "tooFewSamples", missing: 15 });
    const watched = await runCaptured(["watch", "--csv", at("t.csv"), "--subject", "user_1", "--models", at("models")]);
    expect(watched).toMatchObject({ exitCode: 2 });
    expect(watched.err).toContain("habitus enrol");
  });
});

describe("recordings", () => {
  test("are enrolled, watched and evaluated like a table", async () => {
    const at = await emptyFolder();
    const file = at("sessions.jsonl");
    const made = await runCaptured([
      "simulate",
      "--people",
      "4",
      "--recordings",
      file,
      "--sessions",
      "4",
      "--minutes",
      "5",
      "--json",
    ]);
    expect(made.json()).toEqual([expect.objectContaining({ people: 4, sessions: 16 })]);
    const source = ["--recordings", file, "--subject", "user_2", "--models", at("models")];
    expect((await runCaptured(["enrol", ...source, "--without", "user_4"])).exitCode).toBe(0);
    const ticks = (await runCaptured(["watch", ...source, "--impostor", "user_4", "--json"])).json() as Tick[];
    expect(ticks.filter(({ person }) => person === "user_2").length).toBeGreaterThan(10);
    expect(["stepUp", "lock"]).toContain(ticks.at(-1)?.decision);

    const evaluated = await runCaptured(["evaluate", "--recordings", file, "--resamples", "50", "--json"]);
    const summary = evaluated.json().at(-1);
    expect(summary).toMatchObject({ kind: "summary", system: "habitus@1", people: 4, enrolled: 4, takeOvers: 8 });
  });

  test("hold no more than the wire does: whole numbers and the names that were given", async () => {
    const at = await emptyFolder();
    await runCaptured([
      "simulate",
      "--people",
      "1",
      "--recordings",
      at("r.jsonl"),
      "--sessions",
      "1",
      "--minutes",
      "1",
    ]);
    const { batches, ...about } = JSON.parse(await readFile(at("r.jsonl"), "utf8"));
    expect(Object.keys(about).sort()).toEqual(["context", "person", "quantumMs", "session", "startedAt"]);
    for (const { e, ...rest } of batches) {
      expect(e.every(Number.isInteger)).toBe(true);
      expect(Object.keys(rest).sort()).toEqual(["lost", "q", "seq", "stream", "t", "v"]);
    }
  });
});

describe("evaluate", () => {
  test("finds nobody different where all rows come from one person", async () => {
    const at = await emptyFolder();
    await runCaptured(["simulate", "--people", "1", "--samples", "400", "--csv", at("one.csv")]);
    const [head, ...rows] = (await readFile(at("one.csv"), "utf8")).trim().split("\n");
    const dealt = rows.map((row, i) => row.replace("user_1", `user_${i % 8}`));
    await writeFile(at("same.csv"), [head, ...dealt].join("\n"));
    const [summary] = (await runCaptured(["evaluate", "--csv", at("same.csv"), "--json"])).json().slice(-1) as [
      { eerPooled: { value: number } },
    ];
    expect(summary.eerPooled.value).toBeGreaterThan(0.35); // chance is 0.5
  });

  test("needs four people", async () => {
    const at = await emptyFolder();
    await runCaptured(["simulate", "--people", "3", "--samples", "30", "--csv", at("t.csv")]);
    const { exitCode, err } = await runCaptured(["evaluate", "--csv", at("t.csv")]);
    expect(exitCode).toBe(2);
    expect(err).toContain("at least 4");
  });
});

function mean(ticks: readonly Tick[]): number {
  return ticks.reduce((sum, { score = 0 }) => sum + score, 0) / ticks.length;
}
