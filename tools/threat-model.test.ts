import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const docs = join(import.meta.dirname, "../docs");
const rows = readFileSync(join(docs, "threat-model.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (claim|---)/.test(line));

test("the threat model names for every claim a test that is there, by its title where it gives one", () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const cell = row.split("|")[3] ?? "";
    const parts = cell.split(/(?=\[[\w.-]+\.test\.ts\])/).filter((part) => part.includes(".test.ts]"));
    expect(parts.length, row).toBeGreaterThan(0);
    for (const part of parts) {
      const path = /\]\(([^)]+)\)/.exec(part)?.[1] ?? "";
      expect(existsSync(join(docs, path)), path).toBe(true);
      const source = readFileSync(join(docs, path), "utf8");
      for (const [, title = ""] of part.matchAll(/"([^"]+)"/g)) expect(source, path).toContain(title);
    }
  }
});
