import { expect, test } from "vitest";
import { brokenImports, checkLayers } from "./checks/layers.mjs";

test.each([
  ["packages/core/src/trust/x.ts", 'import { z } from "zod";', /core has no dependency/],
  ["packages/core/src/trust/x.ts", 'import { decide } from "../policy/decide.ts";', /trust may not/],
  ["packages/core/src/events/x.ts", 'export * from "../features/extractor.ts";', /events may not/],
  ["packages/core/src/liveness/x.ts", 'import { session } from "../attacks/session.ts";', /liveness may not/],
  ["packages/core/src/systems/x.ts", 'import { session } from "../attacks/session.ts";', /systems may not/],
  ["packages/core/src/index.ts", 'export * from "./attacks/index.ts";', /imports attacks/],
  ["packages/collector/src/x.ts", 'import { baseline } from "@habitus/core";', /collector may not/],
  ["packages/collector/src/x.ts", 'const later = import("@habitus/wire/schemas");', /collector may not/],
  ["packages/client/src/x.ts", 'import { createService } from "@habitus/server";', /client may not/],
  ["packages/server/src/x.ts", 'import {\n  session,\n} from "@habitus/core/attacks";', /server may not/],
  ["packages/wire/src/batch.ts", 'import { z } from "zod";', /imports zod/],
  ["packages/cli/src/x.ts", 'import { lab } from "@habitus/lab";', /cli may not/],
  ["lab/src/x.ts", 'import { createService } from "@habitus/server";', /lab may not/],
  ["packages/client/src/x.ts", 'import { createService } from "../../server/src/index.ts";', /another package's/],
  ["packages/core/src/index.ts", 'export { x } from "../../wire/src/index.ts";', /another package's/],
])("a planted import is found: %s %s", (file, text, problem) => {
  const problems = brokenImports(file, text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
  expect(problems[0]).toContain(file);
});

test.each([
  ["packages/core/src/policy/decide.ts", 'import type { TrustReading } from "../trust/trust.ts";'],
  ["packages/wire/src/schemas.ts", 'import { z } from "zod";'],
  ["packages/cli/src/x.ts", 'const lab = await import("@habitus/lab");'],
  ["packages/server/src/x.ts", 'import { fastify } from "fastify";'],
])("an import that the layers allow is left alone: %s %s", (file, text) => {
  expect(brokenImports(file, text)).toEqual([]);
});

test("this repository keeps its own layers", () => {
  expect(checkLayers()).toEqual([]);
});
