import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runCaptured } from "./support/run-captured.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let csv: string;
let models: string;

beforeAll(async () => {
  folder = await makeFolder();
  csv = folder.path("table.csv");
  models = folder.path("models");
  await runCaptured(["simulate", "--people", "6", "--samples", "60", "--csv", csv]);
  await runCaptured(["enrol", "--csv", csv, "--models", models, "--subject", "user_3", "--without", "user_5"]);
});
afterAll(() => folder.remove());

function watch(...more: readonly string[]) {
  return runCaptured(["watch", "--csv", csv, "--models", models, "--subject", "user_3", ...more]);
}

describe("habitus watch, replaying a table against a kept model", () => {
  test("only rows that did not train the model are watched", async () => {
    const { exitCode, values } = await watch("--json");
    expect(exitCode).toBe(0);
    expect(values()).toHaveLength(12); // the newest 20 % of 60
    const all = (await readFile(csv, "utf8")).trimEnd().split("\n");
    const trained = all.filter((line, i) => i > 0 && line.endsWith("user_3")).slice(0, 48);
    await writeFile(folder.path("trained.csv"), `${[all[0], ...trained].join("\n")}\n`);
    const argv = ["watch", "--csv", folder.path("trained.csv"), "--models", models, "--subject", "user_3"];
    const { exitCode: refused, err } = await runCaptured(argv);
    expect(refused).toBe(2);
    expect(err).toContain("nothing new is left to watch");
  });

  test("trust is the mean of the last ten scores", async () => {
    const { values } = await watch("--json", "--impostor", "user_5");
    const scores = values().map(({ score }) => Number(score));
    for (const [i, { trust }] of values().entries()) {
      const recent = scores.slice(Math.max(0, i - 9), i + 1);
      expect(trust).toBeCloseTo(recent.reduce((sum, score) => sum + score, 0) / recent.length, 9);
    }
  });

  test("a stranger who takes over makes trust fall until the session is locked", async () => {
    const { values } = await watch("--json", "--impostor", "user_5");
    const before = values().filter(({ person }) => person === "user_3");
    const after = values().filter(({ person }) => person === "user_5");
    expect(before).toHaveLength(12);
    expect(after.length).toBeGreaterThan(0);
    expect(after.at(-1)?.decision).toBe("lock");
    expect(Number(after.at(-1)?.trust)).toBeLessThan(Number(before.at(-1)?.trust));
    const mean = (ticks: typeof before): number =>
      ticks.reduce((sum, { score }) => sum + Number(score), 0) / ticks.length;
    expect(mean(after)).toBeLessThan(mean(before));
  });

  test("the text says who took over, what was decided and why, and draws the curve", async () => {
    const { out, err } = await watch("--impostor", "user_5");
    expect(err).toContain(`user_5 takes over after 12 windows; as an impostor "unseen".`);
    expect(out).toMatch(/ user_5 {2}score 0\.\d\d {2}trust 0\.\d\d .* lock {2}\w/);
    expect(out).toMatch(/1\.0 ┤[\u2800-\u28ff]+/u);
    expect(out).toContain("step-up 0.7");
  });

  test("an impostor who trained the model is called seen", async () => {
    expect((await watch("--impostor", "user_1")).err).toContain(`"seen": earlier samples of user_1 trained the model`);
  });

  test("without a model it says of whom there are some", async () => {
    const none = await runCaptured(["watch", "--csv", csv, "--subject", "user_1", "--models", models]);
    expect([none.exitCode, none.err]).toEqual([2, expect.stringContaining("it has models of user_3")]);
  });
});
