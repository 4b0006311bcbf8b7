import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkExpected, readExpected, SIMULATED } from "./commands/check.ts";
import { runLab } from "./index.ts";
import { METRICS } from "./metrics/measure.ts";
import { temporarySets } from "./simulated/temporary-sets.ts";
import { sklearnForest } from "./systems/sklearn-forest.ts";

const sets = temporarySets(SIMULATED.people, SIMULATED.seed);
const out = mkdtempSync(join(tmpdir(), "habitus-lab-out-"));
afterAll(() => {
  sets.remove();
  rmSync(out, { recursive: true, force: true });
});

const quiet = { at: () => {}, done: () => {} };
let printed = "";
beforeEach(() => {
  printed = "";
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const json = (name: string) => JSON.parse(readFileSync(join(out, name), "utf8"));

describe("habitus lab run", () => {
  const run = (name: string, ...more: string[]): Promise<number> =>
    runLab([
      "run",
      "monaco-keypad",
      "--data",
      sets.root,
      "--json",
      join(out, name),
      "--out",
      join(out, "page"),
      "--system",
      "scaled-manhattan",
      "--system",
      "nearest-mahalanobis",
      ...more,
    ]);

  it("writes a statement with a row for each protocol and system, every figure with its interval", async () => {
    expect(await run("one.json")).toBe(0);
    const statement = json("one.json");
    expect(Object.keys(statement)).toEqual([
      "experiment",
      "command",
      "seed",
      "versions",
      "data",
      "rows",
      "differences",
    ]);
    expect(statement.command).toMatch(/^habitus lab run monaco-keypad --data /);
    expect(statement.data[0]).toMatchObject({ name: "monaco-keypad", subjects: 12, dropped: {} });
    expect(statement.rows.map((row: Record<string, unknown>) => `${row.protocol} ${row.system}`)).toEqual(
      ["n3", "n5", "n10"].flatMap((protocol) => [`${protocol} scaled-manhattan`, `${protocol} nearest-mahalanobis`]),
    );
    for (const row of statement.rows) {
      // 12 people x 10 mated and 12 x 11 x 5 non-mated probes.
      expect([row.subjects, row.comparisons, row.mated, row.nonMated]).toEqual([12, 780, 120, 660]);
      for (const metric of METRICS) expect(Object.keys(row[metric])).toEqual(["value", "low", "high"]);
      expect(row.eerPooled.low).toBeLessThanOrEqual(row.eerPooled.value);
      expect(row.fnmrAtFmr001.value).toBeNull();
    }
  });

  it("gives the same bytes twice, and other intervals with another seed", async () => {
    expect(await run("a.json", "--seed", "3")).toBe(0);
    const first = readFileSync(join(out, "a.json"), "utf8");
    expect(await run("a.json", "--seed", "3")).toBe(0);
    expect(readFileSync(join(out, "a.json"), "utf8")).toBe(first);
    expect(await run("b.json", "--seed", "4")).toBe(0);
    expect(json("b.json").rows[0].eerPooled.low).not.toBe(json("a.json").rows[0].eerPooled.low);
  });

  it("writes scores, protocols and a page that needs nothing else", () => {
    const lines = gunzipSync(readFileSync(join(out, "page", "scores.csv.gz")))
      .toString()
      .trim()
      .split("\n");
    expect(lines).toHaveLength(1 + 6 * 780);
    expect(lines[0]).toBe("system,protocol,subject,probe,probeSubject,mated,score,llr");
    const lists = gunzipSync(readFileSync(join(out, "page", "protocols.jsonl.gz")))
      .toString()
      .trim()
      .split("\n");
    expect(JSON.parse(lists[0] ?? "")).toMatchObject({ protocol: "n3", subjects: 12 });
    expect(JSON.parse(lists[1] ?? "")).toMatchObject({ subject: "0", enrolment: ["0/0", "0/1", "0/2"] });
    const page = readFileSync(join(out, "page", "index.html"), "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/<(script|link|img)|url\(|https?:/);
  });

  it("tests on one folder and learns from another", async () => {
    const others = temporarySets(5, 77);
    const code = await runLab([
      "run",
      "monaco-fixed",
      "--test",
      sets.root,
      "--background",
      others.root,
      "--protocol",
      "sessions-1",
      "--system",
      "baseline",
      "--json",
      join(out, "two.json"),
      "--out",
      join(out, "two"),
    ]);
    others.remove();
    expect(code).toBe(0);
    const { data, rows } = json("two.json");
    expect(data.map(({ subjects }: { readonly subjects: number }) => subjects)).toEqual([12, 5]);
    expect(rows[0].note).toContain("--background");
    expect(rows[0].subjects).toBe(12);
  });
});

describe("a command that cannot be done", () => {
  it.each([
    ["without data", ["run", "cmu"], "--data"],
    ["in a folder that is not there", ["run", "cmu", "--data", "/nowhere/at/all"], "/nowhere/at/all"],
    ["with an unknown experiment", ["run", "handwriting", "--data", "."], "handwriting"],
    ["with an unknown system", ["run", "cmu", "--data", ".", "--system", "oracle"], "oracle"],
    ["with a seed that is no number", ["run", "cmu", "--data", ".", "--seed", "x"], "--seed"],
    ["with an unknown subcommand", ["dance"], "dance"],
  ])("%s ends with exit code 2 and a sentence", async (_, argv, word) => {
    expect(await runLab(argv)).toBe(2);
    expect(printed).toContain(word);
  });

  it.each(["cmu", "aalto", "balabit", "circles", "continuous-pointer", "fusion"])(
    "%s learns from nobody who is tested",
    async (name) => {
      const argv = ["run", name, "--test", sets.root, "--background", sets.root, "--out", join(out, "same")];
      expect(await runLab([...argv, "--system", "scaled-manhattan"])).toBe(2);
      expect(printed).toContain("tested");
    },
  );

  it.each(["fusion", "continuous-keystroke"])("%s names its protocols too", async (name) => {
    expect(await runLab(["run", name, "--data", sets.root, "--protocol", "n7", "--out", join(out, "x")])).toBe(2);
    expect(printed).toMatch(/There are: .*(fused|aalto-tutorial)/);
  });

  it("names the protocols there are when one is unknown", async () => {
    expect(
      await runLab(["run", "monaco-keypad", "--data", sets.root, "--protocol", "n7", "--out", join(out, "x")]),
    ).toBe(2);
    expect(printed).toContain("n3, n5, n10");
  });
});

it("habitus lab data says where to get every data set", async () => {
  expect(await runLab(["data", "--data", sets.root])).toBe(0);
  for (const name of ["cmu-password", "aalto-desktop", "monaco-free", "sapimouse", "balabit", "delbot-circles"])
    expect(printed).toContain(name);
  expect(printed).toContain("found in");
});

it("the headlines come out twice the same, a figure in each line", { timeout: 100_000 }, async () => {
  const tables: string[] = [];
  for (let i = 0; i < 2; i += 1) {
    printed = "";
    expect(await runLab(["headlines", "--data", sets.root])).toBe(0);
    tables.push(printed.slice(printed.indexOf("| what")));
  }
  expect(tables[0]).toBe(tables[1]);
  for (const line of tables[0]?.trim().split("\n").slice(2) ?? []) expect(line).toMatch(/\| (\d|-)[^|]* \|$/);
});

it("the simulated figures of expected.csv come out", { timeout: 300_000 }, async () => {
  const wanted = readExpected().filter(({ data }) => data === "simulated");
  const checked = await checkExpected(wanted, { folder: sets.root, progress: quiet });
  expect(checked.filter(({ holds }) => !holds)).toEqual([]);
  expect(checked.length).toBeGreaterThan(5);
});

it("an ablation shows what is left, and a diagnosis why", { timeout: 300_000 }, async () => {
  const small = temporarySets(4, 5);
  expect(await runLab(["ablate", "--data", small.root, "--out", join(out, "ablation")])).toBe(0);
  const { results } = JSON.parse(readFileSync(join(out, "ablation", "ablation.json"), "utf8"));
  expect(results[0].name).toBe("all features");
  const without = results.find(({ name }: { readonly name: string }) => name === "typing removed");
  expect(without.auc.value).toBeNull(); // nothing varies any more: nobody can be enrolled
  printed = "";
  expect(await runLab(["diagnose", "--data", small.root, "--protocol", "sessions-3"])).toBe(0);
  expect(printed).toMatch(/iki_mean\s+\d/);
  small.remove();
});

it.skipIf(sklearnForest.available?.() !== true)(
  "scikit-learn's forest and ours are equally good on the same features",
  { timeout: 120_000 },
  async () => {
    const code = await runLab([
      "run",
      "monaco-fixed",
      "--data",
      sets.root,
      "--protocol",
      "sessions-3",
      "--system",
      "baseline",
      "--system",
      "sklearn-forest",
      "--json",
      join(out, "forest.json"),
      "--out",
      join(out, "forest"),
    ]);
    expect(code).toBe(0);
    const [ours, theirs] = json("forest.json").rows;
    expect(Math.abs(ours.auc.value - theirs.auc.value)).toBeLessThan(0.03);
  },
);

const real = process.env.HABITUS_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
it.skipIf(!existsSync(join(real, "cmu-password")))(
  "the published figures of the CMU benchmark come out (recorded people)",
  { timeout: 120_000 },
  async () => {
    const wanted = readExpected().filter(({ data, experiment }) => data === "real" && experiment === "cmu");
    const yardsticks = wanted.filter(
      ({ system, protocol }) => protocol === "n200" && ["scaled-manhattan", "manhattan", "euclidean"].includes(system),
    );
    const checked = await checkExpected(yardsticks, { folder: real, progress: quiet });
    expect(checked.filter(({ holds }) => !holds)).toEqual([]);
  },
);
