import { decodeUsageBackground, encodeUsageBackground } from "@habitus/core";
import { createPopulation, usageSittings } from "@habitus/core/attacks";
import { expect, test } from "vitest";
import { fitOwnUsage } from "./fit-own-usage.ts";

const ABOUT = { application: "shop", date: "2026-01-31", software: "test" };
const from = Date.UTC(2026, 0, 5);
const people = createPopulation(50, 7).map((person) =>
  usageSittings(person, { sittings: 5, minutes: 3, seed: 1, from }).flat(),
);

test("how a service's own people use a device is learnt from fifty of them, with provenance", {
  timeout: 60_000,
}, () => {
  const learnt = fitOwnUsage(people, ABOUT);
  if (learnt.kind !== "learnt") throw new Error(learnt.why);
  const { provenance, model } = learnt.background;
  expect(provenance).toMatchObject({ people: 50, furtherSittings: 200, fittedAt: "2026-01-31" });
  expect(model.id).toMatch(/^own-usage-50-[0-9a-f]{8}$/);
  expect(decodeUsageBackground(encodeUsageBackground(learnt.background))).toEqual(learnt.background);
});

test("too few people, and people who were seen too rarely, are said with what is needed", () => {
  const few = fitOwnUsage(people.slice(1), ABOUT);
  expect(few).toEqual({ kind: "tooLittle", why: expect.stringContaining("49 people were seen") });
  const [first = []] = people;
  const rarely = [first.slice(0, 3), ...people.slice(1)];
  expect(fitOwnUsage(rarely, ABOUT)).toEqual({ kind: "tooLittle", why: expect.stringContaining("at least 50") });
});
