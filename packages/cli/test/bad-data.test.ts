import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

async function table(): Promise<{ readonly at: (name: string) => string; readonly text: string }> {
  const at = await emptyFolder();
  await runCaptured(["simulate", "--people", "2", "--samples", "26", "--csv", at("good.csv")]);
  return { at, text: await readFile(at("good.csv"), "utf8") };
}

describe("a feature table", () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      "without two columns",
      (text) => text.replace("hold_std", "hold_sd").replace("user_id", "subject"),
      /lacks the columns hold_std, user_id\./,
    ],
    ["that is empty", () => "", /is empty/],
    ["without rows", (text) => text.slice(0, text.indexOf("\n")), /no rows/],
    [
      "with a word for a number",
      (text) => text.replace(/\n[\d.]+,/, "\nfast,"),
      /line 2: iki_mean must be a number of at least 0, got "fast"/,
    ],
    ["with NaN", (text) => text.replace(/\n[\d.]+,/, "\nNaN,"), /line 2: iki_mean .* got "NaN"/],
    ["with a negative number", (text) => text.replace(/\n[\d.]+,/, "\n-1,"), /line 2: iki_mean .* got "-1"/],
    ["with an empty cell", (text) => text.replace(/\n[\d.]+,/, "\n,"), /line 2: iki_mean .* got ""/],
    ["with a row cut short", (text) => `${text}1,2,3\n`, /is no CSV table/],
    ["with an open quote", (text) => `${text}"1,2`, /is no CSV table/],
  ])("%s is refused with what to do", async (_, spoil, message) => {
    const { at, text } = await table();
    await writeFile(at("bad.csv"), spoil(text));
    const { exitCode, err, out } = await runCaptured(["enrol", "--csv", at("bad.csv"), "--models", at("models")]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe("");
  });

  test("may have its columns in another order, others beside them, and a byte order mark", async () => {
    const { at, text } = await table();
    const turned = text
      .trim()
      .split("\n")
      .map((line, i) => [i === 0 ? "note" : "x", ...line.split(",").reverse()].join(","));
    await writeFile(at("turned.csv"), `\ufeff${turned.join("\r\n")}\r\n`);
    const enrol = (name: string) => runCaptured(["enrol", "--csv", at(name), "--models", at("models"), "--json"]);
    expect((await enrol("turned.csv")).out).toBe((await enrol("good.csv")).out);
  });
});

describe("recordings", () => {
  test.each([
    ["text", "hello\n", /line 1 is not JSON/],
    ["other JSON", '{"person":"ada"}\n', /line 1 is no recording/],
    [
      "events that make no sense",
      '{"person":"ada","session":"s","startedAt":0,"quantumMs":1,"batches":[{"v":1,"stream":0,"seq":0,"t":0,"q":1,"lost":0,"e":[99,0]}]}\n',
      /session s of ada cannot be read: events\[0\]: unknown kind/,
    ],
    ["nothing", "", /is empty/],
  ])("of %s are refused with what to do", async (_, content, message) => {
    const at = await emptyFolder();
    await writeFile(at("bad.jsonl"), content);
    const { exitCode, err } = await runCaptured(["enrol", "--recordings", at("bad.jsonl")]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(message);
  });
});

describe("a model", () => {
  test.each([
    ["text", () => "no model"],
    ["another version", (text: string) => text.replace('"version":1', '"version":2')],
    ["another system", (text: string) => text.replace("baseline@1", "baseline@9")],
    ["half a file", (text: string) => text.slice(0, text.length / 2)],
  ])("that is %s is never compared with", async (_, spoil) => {
    const { at } = await table();
    const source = ["--csv", at("good.csv"), "--subject", "user_1", "--models", at("models")];
    await runCaptured(["enrol", ...source, "--train", "0.9"]);
    await writeFile(at("models/user_1.json"), spoil(await readFile(at("models/user_1.json"), "utf8")));
    const { exitCode, err } = await runCaptured(["watch", ...source]);
    expect(exitCode).toBe(2);
    expect(err).toContain("make it again with habitus enrol");
  });

  test("of a subject whose id is a path stays in its folder", async () => {
    const { at, text } = await table();
    await writeFile(at("odd.csv"), text.replaceAll("user_1", "../../up"));
    const source = [
      "--csv",
      at("odd.csv"),
      "--subject",
      "../../up",
      "--models",
      at("deep/er/models"),
      "--train",
      "0.9",
    ];
    expect(await runCaptured(["enrol", ...source])).toMatchObject({ exitCode: 0 });
    await expect(readFile(at("deep/er/models/%2E%2E%2F%2E%2E%2Fup.json"), "utf8")).resolves.toContain("habitus-model");
  });
});

describe("usage", () => {
  test.each([
    [["enrol"], /--csv FILE/],
    [["enrol", "--csv", "no-such.csv"], /no-such\.csv: there is no such file/],
    [["evaluate", "--csv", "t.csv", "--system", "habitus"], /give --recordings, or --system baseline/],
    [["simulate"], /--csv FILE, --recordings FILE/],
    [["simulate", "--csv", "t.csv", "--people", "none"], /whole number of at least 1|whole number from 1/],
    [["enrol", "--train", "1", "--csv", "t.csv"], /between 0 and 1/],
    [["watch", "--csv", "t.csv"], /--subject ID/],
    [["watch", "--url", "ftp://x", "--key", "k"], /http:\/\//],
    [["serve", "--port", "99999"], /0 to 65535/],
    [["demo", "--open", "maybe"], /yes, no/],
    [["nonsense"], /unknown command/],
  ])("%j says what is possible and ends with 2", async (argv, message) => {
    const { exitCode, err } = await runCaptured(argv);
    expect(exitCode).toBe(2);
    expect(err).toMatch(message);
  });

  test.each(["demo", "serve", "simulate", "enrol", "watch", "evaluate", "export", "erase", "audit"])(
    "habitus %s --help says what it does and ends with 0",
    async (command) => {
      const { exitCode, out } = await runCaptured([command, "--help"]);
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: habitus ${command}`));
    },
  );

  test("a service that does not answer is told as that, with 1", async () => {
    const { exitCode, err } = await runCaptured([
      "watch",
      "--url",
      "http://127.0.0.1:9",
      "--key",
      "k",
      "--session",
      "s",
    ]);
    expect(exitCode).toBe(1);
    expect(err).toContain("[unreachable]");
  });
});
