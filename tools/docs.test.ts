import { expect, test } from "vitest";
import { brokenPointers } from "./checks/docs.mjs";

const known = { scripts: new Set(["bench"]), commands: new Set(["demo"]) };
const check = (text: string) => brokenPointers("docs/x.md", text, known);

test.each([
  ["[gone](gone.md)", "links to gone.md"],
  ["[gone](api.md#no-such-heading)", "links to api.md#no-such-heading"],
  ["# Here\n[gone](#there)", "links to #there"],
  ["see `packages/core/src/gone.ts`", "names packages/core/src/gone.ts"],
  ["`npm run gone`", "names npm run gone"],
  ["```sh\nnpm start\nnpm run gone -- --json x\n```", "names npm run gone"],
  ["`npx habitus gone`", "names habitus gone"],
  ["```\nhabitus demo\nhabitus gone --json\n```", "names habitus gone"],
])("a pointer that leads nowhere is found: %j", (text, problem) => {
  const problems = check(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`docs/x.md ${problem}`);
});

test.each([
  "[api](api.md), [elsewhere](https://example.org/gone.md), [up](../README.md)",
  "# The HTTP API, again\n[here](#the-http-api-again)",
  "`packages/core/src/index.ts`, `packages/core/src/features/<family>/`",
  "`npm run bench -- --json FILE`, `habitus demo --port 0`, `npx habitus demo`",
  "Habitus is down; the habitus of a person. `const habitus = createClient(options)`",
])("what is there is left alone: %j", (text) => {
  expect(check(text)).toEqual([]);
});
