import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const text = readFileSync("README.md", "utf8");

test("the ten files to read are ten, and together under a thousand lines", () => {
  const list = text.split("## Ten files to read")[1]?.split("\n## ")[0] ?? "";
  const paths = [...list.matchAll(/\]\((\S+)\)/g)].map(([, path]) => path ?? "");
  expect(paths).toHaveLength(10);
  const lines = paths.map((path) => readFileSync(path, "utf8").split("\n").length - 1);
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(1000);
});

test("an application needs the twelve lines that are promised", () => {
  const part = text.split("## In an application")[1]?.split("\n## ")[0] ?? "";
  const code = [...part.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
  expect(part).toContain("Twelve lines.");
  expect(code).toHaveLength(12);
});

test("what the README's examples import is exported, and the client has the methods that they call", async () => {
  const examples = [...text.matchAll(/import \{ ([^}]+) \} from "(@habitus\/[\w/]+)"/g)];
  expect(examples.length).toBeGreaterThan(1);
  const load = (name: string): Promise<Record<string, unknown>> => import(name);
  for (const [, names = "", from = ""] of examples) {
    const exported = await load(from);
    for (const name of names.split(", ")) expect(exported[name], `${name} of ${from}`).toBeTypeOf("function");
  }
  const { createClient } = await import("@habitus/client");
  const client: object = createClient({ url: "http://127.0.0.1:4400", apiKey: "x" });
  const called = [...text.matchAll(/\bhabitus\.(\w+)\(/g)].map(([, name]) => name ?? "");
  expect(called.length).toBeGreaterThan(1);
  for (const name of called) expect(client).toHaveProperty(name);
});
