import { expect, test } from "vitest";
import type { Event, KeyEvent } from "./event.ts";
import { pairKeystrokes } from "./keystrokes.ts";

const key = (phase: KeyEvent["phase"], press: number, at: number, rest: Partial<KeyEvent> = {}): KeyEvent => ({
  kind: "key",
  at,
  phase,
  zone: "leftHome",
  press,
  shortcut: false,
  ...rest,
});
const times = (events: readonly Event[]) =>
  pairKeystrokes(events).map(({ pressAt, releaseAt }) => [pressAt, releaseAt]);

test("a release belongs to the press with its number, also when keys overlap", () => {
  expect(times([key("down", 0, 10), key("down", 1, 20), key("up", 0, 30), key("up", 1, 35)])).toEqual([
    [10, 30],
    [20, 35],
  ]);
});

test("auto-repeat is one long hold", () => {
  expect(times([key("down", 0, 10), key("repeat", 0, 500), key("repeat", 0, 530), key("up", 0, 550)])).toEqual([
    [10, 550],
  ]);
});

test("a missing release is missing, and a release without press is nothing", () => {
  expect(times([key("down", 0, 10), key("up", 7, 15), key("down", 1, 20), key("up", 1, 30)])).toEqual([
    [10, undefined],
    [20, 30],
  ]);
});

test("a second release does not lengthen the hold", () => {
  expect(times([key("down", 0, 10), key("up", 0, 70), key("up", 0, 900)])).toEqual([[10, 70]]);
});

test("a press number that a new page starts again belongs to the newer press", () => {
  expect(times([key("down", 0, 10), key("down", 0, 5000), key("up", 0, 5080)])).toEqual([
    [10, undefined],
    [5000, 5080],
  ]);
});

test("shortcuts are no typing, nor is what an input method composes", () => {
  const events: Event[] = [
    key("down", 0, 10, { shortcut: true }),
    key("up", 0, 20, { shortcut: true }),
    { kind: "composition", at: 25, phase: "start" },
    key("down", 1, 30),
    key("up", 1, 40),
    { kind: "composition", at: 45, phase: "end" },
    key("down", 2, 50),
    key("up", 2, 60),
  ];
  expect(times(events)).toEqual([[50, 60]]);
});

test("ten thousand keystrokes are all paired", () => {
  const events = Array.from({ length: 10_000 }, (_, i) => [key("down", i, i * 100), key("up", i, i * 100 + 70)]).flat();
  const pairs = pairKeystrokes(events);
  expect(pairs).toHaveLength(10_000);
  expect(pairs.every(({ pressAt, releaseAt }, i) => pressAt === i * 100 && releaseAt === i * 100 + 70)).toBe(true);
});
