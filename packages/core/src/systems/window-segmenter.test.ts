import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CoreError } from "../error.ts";
import type { Event, KeyEvent, PointerEvent } from "../events/event.ts";
import { KEY_ZONES } from "../events/key-zone.ts";
import { orderEvents } from "../events/order.ts";
import type { Sample } from "../events/segment.ts";
import { createRandom, integer } from "../math/random.ts";
import { BASELINE_WINDOWS } from "./baseline-windows.ts";
import { createWindowSegmenter, pendingKeystrokes, type WindowState } from "./window-segmenter.ts";

const segmenter = createWindowSegmenter(BASELINE_WINDOWS);
const small = createWindowSegmenter({ keystrokes: 5, keystrokeStride: 2, pointerEvents: 6, pointerStride: 3 });
const START = 1_700_000_000_000;

const key = (phase: KeyEvent["phase"], press: number, at: number): KeyEvent => ({
  kind: "key",
  at: START + at,
  phase,
  zone: "rightHome",
  press,
  shortcut: false,
});
const move = (at: number, rest: Partial<PointerEvent> = {}): PointerEvent => ({
  kind: "pointer",
  at: START + at,
  phase: "move",
  pointer: "mouse",
  contact: 0,
  x: at % 97,
  y: at % 89,
  button: -1,
  buttons: 0,
  pressure: 0,
  size: 1,
  ...rest,
});
const typed = (count: number, from = 0, firstPress = 0): Event[] =>
  Array.from({ length: count }, (_, i) => [
    key("down", firstPress + i, from + i * 150),
    key("up", firstPress + i, from + i * 150 + 80),
  ]).flat();
const windowsOf = (events: readonly Event[], using = segmenter, quantumMs = 0.1) =>
  using.push(using.initial(), events, quantumMs).windows;
const samplesOf = (events: readonly Event[], using = segmenter): Sample[] =>
  windowsOf(events, using).flatMap((window) => (window.kind === "sample" ? [window] : []));

describe("keystroke windows", () => {
  test("a window has 50 keystrokes, the next one keeps the newest 40", () => {
    const samples = samplesOf(typed(120));
    expect(samples).toHaveLength(8); // 50, 60, ..., 120
    samples.forEach((sample, i) => {
      expect(sample.keystrokes.map(({ pressAt }) => pressAt)).toEqual(
        Array.from({ length: 50 }, (_, k) => START + (10 * i + k) * 150),
      );
      expect(sample.pointer).toEqual([]);
    });
  });

  test("a window waits for the last release, but not for ever", () => {
    const open = [...typed(49), key("down", 49, 49 * 150)];
    expect(windowsOf(open)).toEqual([]);
    expect(samplesOf([...open, key("up", 49, 49 * 150 + 70)])[0]?.keystrokes[49]?.releaseAt).toBe(
      START + 49 * 150 + 70,
    );
    const later = samplesOf([...open, move(49 * 150 + 2500)]);
    expect(later[0]?.keystrokes[49]?.releaseAt).toBeUndefined();
    const more = samplesOf([...open, ...typed(8, 50 * 150, 50)]);
    expect(more[0]?.keystrokes[49]?.releaseAt).toBeUndefined();
  });

  test("one key held with auto-repeat is one keystroke", () => {
    const held = [key("down", 0, 0), ...Array.from({ length: 900 }, (_, i) => key("repeat", 0, 500 + i * 33))];
    const { state, windows } = segmenter.push(segmenter.initial(), held, 1);
    expect(windows).toEqual([]);
    expect(pendingKeystrokes(state)).toBe(1);
  });

  test("typing in which most releases or intervals are impossible is implausibleTiming", () => {
    const noReleases = typed(120).filter((event) => event.kind !== "key" || event.phase === "down");
    const oneInstant = typed(60).map((event) => ({ ...event, at: START }));
    const twoAtOnce = typed(60).map((event, i) => (i % 4 < 2 ? event : { ...event, at: event.at - 150 }));
    for (const events of [noReleases, oneInstant, orderEvents(twoAtOnce)]) {
      const windows = windowsOf(events);
      expect(windows.length).toBeGreaterThan(0);
      expect(windows.every((w) => w.kind === "failureToAcquire" && w.reason === "implausibleTiming")).toBe(true);
    }
  });

  test("a few missing releases do not spoil a window", () => {
    const lossy = typed(60).filter((event) => event.kind !== "key" || event.phase === "down" || event.press % 5 !== 0);
    const missing = samplesOf(lossy)[0]?.keystrokes.filter(({ releaseAt }) => releaseAt === undefined);
    expect(missing).toHaveLength(10);
  });

  test("ten thousand keys at once give every window", () => {
    expect(samplesOf(typed(10_000))).toHaveLength((10_000 - 50) / 10 + 1);
  });
});

describe("pointer windows", () => {
  const moves = (count: number, rest: Partial<PointerEvent> = {}): Event[] =>
    Array.from({ length: count }, (_, i) => move(i * 8, rest));

  test("a window has 200 moves, the next one 100 new ones, and every field comes back as it was", () => {
    const events = moves(400).flatMap((event, i): Event[] =>
      i % 50 === 25 ? [event, move(i * 8 + 1, { phase: "down", button: 0, buttons: 1, pressure: 0.5 })] : [event],
    );
    const samples = samplesOf(events);
    expect(samples).toHaveLength(3);
    expect(samples[0]?.pointer).toEqual(events.slice(0, 204));
    expect(samples.map(({ pointer }) => pointer.filter(({ phase }) => phase === "move").length)).toEqual([
      200, 200, 200,
    ]);
    expect(samples[1]?.pointer.find(({ phase }) => phase === "move")).toEqual(move(100 * 8));
    expect(samples.every(({ keystrokes, pointerType }) => keystrokes.length === 0 && pointerType === "mouse")).toBe(
      true,
    );
  });

  test("touch never enters a pointer window", () => {
    expect(windowsOf(moves(1000, { pointer: "touch", contact: 1 }))).toEqual([]);
    const mixed = moves(199).flatMap((event) => [event, { ...event, pointer: "touch" } as Event]); // the same with another type
    expect(windowsOf(mixed)).toEqual([]);
  });

  test("mouse and pen are never mixed in one window", () => {
    const changing = [...moves(150), ...Array.from({ length: 150 }, (_, i) => move(2000 + i * 8, { pointer: "pen" }))];
    expect(windowsOf(changing)).toEqual([]);
  });

  test("clicks without moves stay bounded", () => {
    const clicks = Array.from({ length: 5000 }, (_, i) => move(i * 100, { phase: i % 2 === 0 ? "down" : "up" }));
    const { state, windows } = segmenter.push(segmenter.initial(), clicks, 1);
    expect(windows).toEqual([]);
    expect(JSON.stringify(state).length).toBeLessThan(30_000);
  });

  test("moves that all came at once are implausibleTiming", () => {
    expect(windowsOf(moves(200).map((event) => ({ ...event, at: START })))).toMatchObject([
      { kind: "failureToAcquire", reason: "implausibleTiming" },
    ]);
  });
});

describe("what ends a window early", () => {
  const reasons = (events: readonly Event[], quantumMs = 0.1) =>
    windowsOf(events, segmenter, quantumMs).map((window) => (window.kind === "sample" ? "sample" : window.reason));

  test("a pause of more than five minutes discards what is unfinished", () => {
    const after = 30 * 150 + 5 * 60_000 + 1000;
    expect(reasons([...typed(30), ...typed(49, after, 30)])).toEqual(["tooFewEvents"]);
    expect(reasons([...typed(30), ...typed(49, after - 60_000, 30)])).toEqual(["sample", "sample", "sample"]);
  });

  test("a pause in typing counts though the pointer moves meanwhile", () => {
    const idle = Array.from({ length: 100 }, (_, i) => move(5000 + i * 4000));
    expect(reasons([...typed(30), ...idle, ...typed(30, 500_000, 30)])).toEqual(["tooFewEvents"]);
  });

  test("a page hidden for more than five minutes discards, a shorter one does not", () => {
    const hidden = (ms: number): Event[] => [
      ...typed(30),
      { kind: "visibility", at: START + 5000, state: "hidden" },
      move(5000 + ms / 2),
      { kind: "visibility", at: START + 5000 + ms, state: "visible" },
      ...typed(20, 6000 + ms, 30),
    ];
    expect(reasons(hidden(10_000))).toEqual(["sample"]);
    expect(reasons(hidden(400_000))).toEqual(["tooFewEvents"]);
  });

  test("a clock that jumps back starts again, a slightly late event is passed over", () => {
    expect(reasons([...typed(30, 60_000), ...typed(49, 0, 30)])).toEqual(["tooFewEvents"]);
    const late = [...typed(50)];
    late.splice(20, 0, move(1300), key("down", 900, 1300), key("up", 900, 1340));
    expect(samplesOf(late)[0]?.keystrokes).toEqual(samplesOf(typed(50))[0]?.keystrokes);
  });

  test("a page with only autofill is no sample, one with autofill and typing is not affected", () => {
    const autofill: Event = { kind: "edit", at: START + 10, what: "autofill" };
    const page = (at: number): Event => ({ kind: "page", at: START + at, page: 7 });
    expect(reasons([page(0), autofill, page(900)])).toEqual(["autofillOnly"]);
    const paste: Event = { kind: "edit", at: START + 1000, what: "paste" };
    const among = [...typed(50), autofill, paste].sort((left, right) => left.at - right.at);
    expect(samplesOf([...among, page(9000)])).toEqual(samplesOf([...typed(50), page(9000)]));
  });

  test("a page typed through an input method is compositionOnly", () => {
    const composed: Event[] = [
      { kind: "composition", at: START, phase: "start" },
      ...typed(60, 10),
      { kind: "composition", at: START + 60 * 150, phase: "end" },
      { kind: "page", at: START + 60 * 150 + 100, page: 1 },
    ];
    expect(reasons(composed)).toEqual(["compositionOnly"]);
  });

  test("a clock coarser than two display frames is clockTooCoarse, one of 16 ms is not", () => {
    const stepped = (quantumMs: number): Event[] =>
      typed(50).map((event) => ({ ...event, at: Math.floor(event.at / quantumMs) * quantumMs }));
    expect(reasons(stepped(16), 16)).toEqual(["sample"]);
    expect(reasons(stepped(100), 100)).toEqual(["clockTooCoarse"]);
  });
});

describe("state", () => {
  /** A stream with everything in it, mostly in time order. */
  function stream(seed: number, length: number): Event[] {
    const random = createRandom(seed);
    let at = START;
    return Array.from({ length }, (_, i): Event => {
      const dice = random();
      at += dice < 0.001 ? 400_000 : dice < 0.002 ? -5000 : dice < 0.02 ? -20 : Math.round(600 * random()) / 10;
      const what = random();
      if (what < 0.5) {
        const phase = what < 0.24 ? "down" : what < 0.48 ? "up" : "repeat";
        const press = Math.max(0, Math.floor(i / 4) - integer(random, 3));
        return { ...key(phase, press, 0), at, zone: KEY_ZONES[integer(random, 16)] ?? "other" };
      }
      if (what < 0.95) {
        const rest = { pointer: random() < 0.02 ? "pen" : "mouse", phase: random() < 0.05 ? "down" : "move" } as const;
        return { ...move(0, rest), at, x: Math.round(9000 * random()) / 10 };
      }
      if (what < 0.96) return { kind: "page", at, page: 3 };
      if (what < 0.97) return { kind: "edit", at, what: "autofill" };
      if (what < 0.98) return { kind: "composition", at, phase: random() < 0.3 ? "start" : "end" };
      return { kind: "visibility", at, state: random() < 0.5 ? "hidden" : "visible" };
    });
  }

  test("one batch or many, with or without JSON in between: the same windows", () => {
    const options = fc.record({ seed: fc.nat(), cuts: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }) });
    fc.assert(
      fc.property(options, ({ seed, cuts }) => {
        const events = stream(seed, 600);
        const whole = small.push(small.initial(), events, 0.1);
        let state = small.initial();
        const windows = [];
        for (let from = 0, i = 0; from < events.length; i += 1) {
          const size = cuts[i % cuts.length] ?? 1;
          const result = small.push(
            JSON.parse(JSON.stringify(state)) as WindowState,
            events.slice(from, from + size),
            0.1,
          );
          windows.push(...result.windows);
          state = result.state;
          from += size;
        }
        expect(whole.windows.length).toBeGreaterThan(5);
        expect(windows).toEqual(whole.windows);
        expect(state).toEqual(whole.state);
      }),
      { numRuns: 60 },
    );
  });

  test("a push leaves the state before it as it was", () => {
    const events = stream(4, 400);
    const first = segmenter.push(segmenter.initial(), events.slice(0, 200), 0.1).state;
    const image = JSON.stringify(first);
    segmenter.push(first, events.slice(200), 0.1);
    expect(JSON.stringify(first)).toBe(image);
  });

  test("the state of an ordinary session stays within 8 kB", () => {
    let largest = 0;
    let state = segmenter.initial();
    for (let i = 0; i < 300; i += 1) {
      const batch = [
        ...typed(5, i * 2000, i * 5),
        ...Array.from({ length: 50 }, (_, k) => move(i * 2000 + 800 + k * 8)),
      ];
      state = segmenter.push(state, batch, 0.1).state;
      largest = Math.max(largest, JSON.stringify(state).length);
    }
    expect(largest).toBeLessThan(8_000);
  });

  test("windows are in time order and hold what their kind says", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const window of small.push(small.initial(), stream(seed, 600), 0.1).windows) {
          expect(window.endedAt).toBeGreaterThanOrEqual(window.startedAt);
          if (window.kind !== "sample") continue;
          expect(window.keystrokes.length === 5).toBe(window.pointer.length === 0);
          const at = window.keystrokes.map(({ pressAt }) => pressAt);
          expect(at).toEqual([...at].sort((left, right) => left - right));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a foreign state and impossible arguments are refused by name", () => {
    const foreign = { kind: "windows", version: 9 } as unknown as WindowState; // wrong on purpose
    expect(() => segmenter.push(foreign, [], 1)).toThrow(CoreError);
    expect(() => segmenter.push(segmenter.initial(), [], 0)).toThrow(/quantumMs .* got 0/);
    expect(() => segmenter.push(segmenter.initial(), [key("down", 0, Number.NaN)], 1)).toThrow(/event.at .* got NaN/);
    expect(() => segmenter.push(segmenter.initial(), [move(1, { x: Number.NaN })], 1)).toThrow(/finite/);
    expect(() => createWindowSegmenter({ ...BASELINE_WINDOWS, keystrokeStride: 51 })).toThrow(/stride/);
    expect(() => createWindowSegmenter({ ...BASELINE_WINDOWS, pointerEvents: 1 })).toThrow(/pointerEvents/);
  });
});
