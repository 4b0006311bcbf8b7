import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BASELINE_WINDOWS } from "@habitus/core";
import { expect, it } from "vitest";
import { checkExpected, readExpected } from "../commands/check.ts";
import { cmuPassword } from "../datasets/cmu-password/load.ts";
import { load } from "../datasets/load.ts";
import { bySubject } from "../protocols/protocol.ts";
import type { Progress } from "../running/progress.ts";
import { fixedTextDistance } from "./fixed-text.ts";

const real = process.env.HABITUS_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const recorded = it.skipIf(!existsSync(join(real, "cmu-password")));
const quiet: Progress = { at: () => undefined, done: () => undefined };
const task = {
  experiment: "cmu",
  protocol: "n10",
  windows: BASELINE_WINDOWS,
  seed: 1,
  phrase: true,
} as const;

recorded("the distances of the recipe are those of its first implementation (recorded people)", async () => {
  const { recordings } = await load(cmuPassword, real);
  const [first, second] = bySubject(recordings);
  const system = await fixedTextDistance.fit(task, []);
  const prepare = (list: typeof recordings = []): unknown[] => list.map((recording) => system.prepare(recording));
  const enrolled = await system.enrol(prepare(first?.recordings.slice(0, 10)), 1);
  if (enrolled.kind !== "enrolled") throw new Error(enrolled.reason);
  const probes = [...prepare(first?.recordings.slice(200, 205)), ...prepare(second?.recordings.slice(0, 5))];
  const scores = await system.compare(
    enrolled.reference,
    probes.map((probe) => [probe]),
  );
  const expected = [1.0457, 0.9344, 1.3213, 1.1941, 0.9253, 1.3084, 1.4348, 1.4922, 1.5221, 1.1055];
  expect(scores).toHaveLength(expected.length);
  scores.forEach((found, i) => {
    expect(Math.abs(-(found?.score ?? Number.NaN) - (expected[i] ?? Number.NaN))).toBeLessThan(5e-4);
  });
});

recorded("the figures of the recipe come out (recorded people)", { timeout: 120_000 }, async () => {
  const wanted = readExpected().filter(
    ({ data, experiment, system, protocol }) =>
      data === "real" && experiment === "cmu" && system === fixedTextDistance.name && /^n(10|200)$/.test(protocol),
  );
  expect(wanted).toHaveLength(2);
  const checked = await checkExpected(wanted, { folder: real, progress: quiet });
  expect(checked.filter(({ holds }) => !holds)).toEqual([]);
});
