import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, tryCommand } from "../testing/try-command.ts";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let csv: string;
let models: string;

beforeAll(async () => {
  folder = await makeFolder();
  csv = folder.path("table.csv");
  models = folder.path("models");
  await tryCommand(["simulate", "--people", "6", "--samples", "60", "--csv", csv]);
  await tryCommand(["enrol", "--csv", csv, "--models", models, "--subject", "user_3", "--without", "user_5"]);
});
afterAll(() => folder.remove());

function watch(...more: readonly string[]) {
  return tryCommand(["watch", "--csv", csv, "--models", models, "--subject", "user_3", ...more]);
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
    const { exitCode: refused, stderr } = await tryCommand(argv);
    expect(refused).toBe(2);
    expect(stderr).toContain("nothing new is left to watch");
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
    const { stdout, stderr } = await watch("--impostor", "user_5");
    expect(stderr).toContain(`user_5 takes over after 12 windows; as an impostor "unseen".`);
    expect(stdout).toMatch(/ user_5 {2}score 0\.\d\d {2}trust 0\.\d\d .* lock {2}\w/);
    expect(stdout).toMatch(/1\.0 ┤[\u2800-\u28ff]+/u);
    expect(stdout).toContain("step-up 0.7");
  });

  test("an impostor who trained the model is called seen", async () => {
    expect((await watch("--impostor", "user_1")).stderr).toContain(
      `"seen": earlier samples of user_1 trained the model`,
    );
  });

  test("no model, a broken model and one of another version are told apart from a bad score", async () => {
    const argv = ["watch", "--csv", csv, "--subject", "user_1"];
    const none = await tryCommand([...argv, "--models", models]);
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining("it has models of user_3")]);
    const model = JSON.parse(await readFile(`${models}/user_3.json`, "utf8"));
    for (const [change, reason] of [
      [{ system: "baseline@0" }, "is a model of baseline@0, not baseline@1"],
      [{ version: 99 }, "is no model of version 1"],
      [{ trainedOn: undefined }, "is no model of version 1"],
    ] as const) {
      await writeFile(`${models}/user_1.json`, JSON.stringify({ ...model, ...change }));
      const broken = await tryCommand([...argv, "--models", models]);
      expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
    await writeFile(`${models}/user_1.json`, "{");
    expect((await tryCommand([...argv, "--models", models])).exitCode).toBe(2);
  });
});
