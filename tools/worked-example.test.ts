import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { trustPicture } from "./trust-picture.ts";
import { workedExample } from "./worked-example.ts";

test("the worked example in docs/flow.md has the numbers that the code gives", () => {
  const [, printed] = /```text\n([\s\S]*?)\n```/.exec(readFileSync("docs/flow.md", "utf8")) ?? [];
  expect(printed).toBe(workedExample().trim());
});

test("the picture of trust in docs/flow.md is of the same example", () => {
  expect(readFileSync("docs/img/trust.svg", "utf8")).toBe(trustPicture());
});
