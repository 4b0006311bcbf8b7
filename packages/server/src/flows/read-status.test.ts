import { habitus, type System } from "@habitus/core";
import { expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { readStatus } from "./read-status.ts";

function status(enrolled: number, own: boolean) {
  const deps = {
    system: habitus as unknown as System, // safe: nothing is compared here
    background: () => ({ id: "some", people: 55, own }),
    storage: { enrolledSubjects: async () => Array.from({ length: enrolled }, (_, i) => `subject-${i}`) },
  } as unknown as Deps; // safe: it reads nothing else
  return readStatus(deps, "bank");
}

test("from a hundred people on, and not before, a background of their own is advised, with the command", async () => {
  expect((await status(99, false)).advice).toEqual([]);
  const { advice } = await status(100, false);
  expect(advice).toHaveLength(1);
  expect(advice[0]).toMatch(/^100 people are enrolled: .* shipped one of 55 people.*habitus background switch\.$/);
  expect((await status(500, true)).advice).toEqual([]);
});
