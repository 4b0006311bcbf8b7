import { findSystem } from "@habitus/core";
import { expect, test } from "vitest";
import { KNOWN_SYSTEMS, knownSystem } from "./known-systems.ts";

test("what is drawn of a system is what the service runs", () => {
  for (const [name, { policy, trust }] of Object.entries(KNOWN_SYSTEMS)) {
    expect(policy).toBe(findSystem(name)?.policy);
    expect(trust).toBe(findSystem(name)?.trust);
  }
});

test("a system of another name is not known", () => {
  expect(knownSystem("habitus@1")).toBe(KNOWN_SYSTEMS.habitus);
  expect(knownSystem("constructor@1")).toBeUndefined();
});
