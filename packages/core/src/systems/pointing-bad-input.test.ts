import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPopulation } from "../attacks/population.ts";
import { session } from "../attacks/session.ts";
import type { Event, PointerEvent } from "../events/event.ts";
import type { Sample } from "../events/segment.ts";
import type { FeatureSet } from "../features/extractor.ts";
import { cutStrokes } from "../features/pointer/strokes/cut-strokes.ts";
import { createRandom, type Random } from "../math/random.ts";
import { pointing } from "./pointing.ts";
import type { Sitting } from "./system.ts";

const DAY = 86_400_000;
const FRAME_MS = 16;
const people = createPopulation(6, 977); // nobody of the background, which has another seed
const MIX = { type: 0, point: 1, scroll: 0.1, navigate: 0.1, read: 0 };
/** Nothing that pointing says is less; of one window a share of 0.005 of lapses bounds it above, of a sitting the model's own limit. */
const LEAST = Math.log(0.02);
const [MOST_ALONE, MOST_TOGETHER] = [Math.log(0.995 / 0.005), 20];

function pointed(person: number, day: number, durationMs = 30_000): Event[] {
  const who = people[person];
  if (who === undefined) throw new Error("no such person");
  return session(who, { startAt: day * DAY, durationMs, seed: day, mix: MIX });
}
function samplesOf(events: readonly Event[]): Sample[] {
  const { windows } = pointing.segmenter.push(pointing.segmenter.initial(), events, 0.1);
  return windows.filter((window) => window.kind === "sample");
}
function setsOf(events: readonly Event[]): FeatureSet[] {
  return samplesOf(events).map((sample) => pointing.extractor.extract(sample));
}
const made = pointing.enrol([...setsOf(pointed(0, 1, 60_000)), ...setsOf(pointed(0, 2, 60_000))], {
  background: [],
  random: createRandom(1),
  now: 3 * DAY,
});
if (made.kind !== "enrolment") throw new Error(made.reason);
const { reference } = made;

/** Checks that all that is said of these events, window by window and as a whole, is within bounds; returns what is said as a whole. */
function honest(events: readonly Event[]): { readonly llr: number; readonly windows: number } {
  let sitting: Sitting | undefined;
  let [llr, windows] = [0, 0];
  for (const set of setsOf(events)) {
    expect(set.values.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
    const next = pointing.follow?.(reference, set, sitting);
    sitting = next?.sitting;
    const alone = pointing.compare(reference, set);
    expect(alone.kind).toBe(next?.evidence.kind);
    if (alone.kind !== "evidence" || next?.evidence.kind !== "evidence") continue;
    windows += 1;
    llr += next.evidence.llr;
    expect(alone.llr >= LEAST - 1e-6 && alone.llr <= MOST_ALONE + 1e-6, `${alone.llr}`).toBe(true);
    expect(llr >= LEAST - 1e-6 && llr <= MOST_TOGETHER + 1e-6, `${llr}`).toBe(true);
    expect(Number.isFinite(next.evidence.sittingLlr ?? 0)).toBe(true);
    expect(alone.quality >= 0 && alone.quality <= 1).toBe(true);
  }
  return { llr, windows };
}

const isMove = (event: Event): event is PointerEvent => event.kind === "pointer" && event.phase === "move";
const moves = (events: readonly Event[], change: (event: PointerEvent, i: number) => Event[]): Event[] => {
  let i = 0;
  return events.flatMap((event) => (isMove(event) ? change(event, i++) : [event]));
};

/** What goes wrong between a hand and a recording, each with the chance or size `much`, 0 to 1. */
const DAMAGES: Readonly<Record<string, (events: readonly Event[], much: number, random: Random) => Event[]>> = {
  "fillers of 65535": (events, much, random) =>
    moves(events, (event) => (random() < much ? [event, { ...event, x: 65_535, y: 65_535 }] : [event])),
  teleports: (events, much, random) =>
    moves(events, (event) => [random() < much ? { ...event, x: 4000 * random(), y: 3000 * random() } : event]),
  "instants that are equal": (events, much, random) => {
    let held: number | undefined;
    return moves(events, (event) => {
      held = random() < much ? (held ?? event.at) : event.at;
      return [{ ...event, at: held }];
    });
  },
  "instants that run back": (events, much, random) =>
    moves(events, (event) => [random() < much ? { ...event, at: event.at - 2000 * random() } : event]),
  "bursts of a frame": (events, much) =>
    moves(events, (event) => {
      const frame = FRAME_MS * (1 + 10 * much);
      return [{ ...event, at: Math.ceil(event.at / frame) * frame }];
    }),
  "a mouse of 1 kHz": (events, much, random) => {
    let before: PointerEvent | undefined;
    return moves(events, (event) => {
      const from = before;
      before = event;
      const steps = from === undefined ? 1 : Math.min(40, Math.round(event.at - from.at));
      if (from === undefined || steps < 2) return [event];
      return Array.from({ length: steps }, (_, i): PointerEvent => {
        const u = (i + 1) / steps;
        const shake = much * (random() - 0.5);
        const at = from.at + u * (event.at - from.at);
        return { ...event, at, x: from.x + u * (event.x - from.x) + shake, y: from.y + u * (event.y - from.y) + shake };
      });
    });
  },
  "zoom and another pixel ratio": (events, much) => {
    const scale = 0.25 + 4 * much;
    const half = events[Math.floor(events.length / 2)]?.at ?? 0;
    const zoomed = moves(events, (event) => [
      event.at < half ? event : { ...event, x: event.x * scale, y: event.y * scale },
    ]);
    const pixelRatio = Math.max(0.25, Math.round(4 * scale) / 4);
    const place = zoomed.findIndex(({ at }) => at >= half);
    return zoomed.toSpliced(Math.max(0, place), 0, { kind: "viewport", at: half, size: "desktop", pixelRatio });
  },
  "a second mouse at once": (events, much, random) =>
    moves(events, (event) =>
      random() < much ? [event, { ...event, contact: 1, x: 900 - event.x, y: 700 - event.y }] : [event],
    ),
  "a pen at once": (events, much, random) =>
    moves(events, (event) => (random() < much ? [event, { ...event, pointer: "pen", pressure: 0.5 }] : [event])),
  "a pointer that stands still": (events, much, random) =>
    moves(events, (event) => [random() < much ? { ...event, x: 500, y: 400 } : event]),
  "remote desktop at 10 Hz": (events, much) => {
    let last = Number.NEGATIVE_INFINITY;
    return moves(events, (event) => {
      if (event.at - last < 20 + 80 * much) return [];
      last = event.at;
      return [event];
    });
  },
};

const own = pointed(0, 5);
const strangers = [1, 2, 3].map((person) => pointed(person, 5));
const MUCH = fc.oneof(fc.constantFrom(0.01, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const SEED = fc.integer({ min: 1, max: 1e6 });
const NAMES = Object.keys(DAMAGES);

function damaged(
  name: string,
  events: readonly Event[],
  how: { readonly much: number; readonly seed: number },
): Event[] {
  return DAMAGES[name]?.(events, how.much, createRandom(how.seed)) ?? [];
}

describe("what goes wrong between a hand and a recording", () => {
  test("nothing wrong: the owner's sitting and a stranger's are told apart", () => {
    for (const stranger of strangers) expect(honest(stranger).llr).toBeLessThan(honest(own).llr);
  });

  test.each(NAMES)("%s: what is said is finite, within its bounds, and never speaks for a stranger", (name) => {
    const stranger = fc.constantFrom(...strangers);
    fc.assert(
      fc.property(stranger, MUCH, SEED, (events, much, seed) => {
        honest(damaged(name, own, { much, seed }));
        expect(honest(damaged(name, events, { much, seed })).llr).toBeLessThan(1);
      }),
      { numRuns: 8 },
    );
  });

  test("two of them together: the same", () => {
    const few = NAMES.filter((name) => name !== "a mouse of 1 kHz"); // forty times the events
    fc.assert(
      fc.property(
        fc.tuple(fc.constantFrom(...few), fc.constantFrom(...few)),
        MUCH,
        SEED,
        ([one, other], much, seed) => {
          const twice = (events: readonly Event[]) => {
            const once = damaged(one, events, { much, seed }).sort((left, right) => left.at - right.at);
            return damaged(other, once, { much, seed: seed + 1 });
          };
          honest(twice(own));
          for (const stranger of strangers) expect(honest(twice(stranger)).llr).toBeLessThan(1);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each(["a pointer that stands still", "instants that are equal", "a pen at once", "teleports"])(
    "%s, all the time: no evidence",
    (name) => {
      expect(honest(damaged(name, own, { much: 1, seed: 1 }))).toEqual({ llr: 0, windows: 0 });
    },
  );
});

describe("what is dropped leaves no trace, and is counted", () => {
  const pointerOf = (events: readonly Event[]) => events.filter((event) => event.kind === "pointer");

  test("fillers: as many as there were, and the strokes are those without them", () => {
    const clean = cutStrokes(pointerOf(own));
    fc.assert(
      fc.property(MUCH, SEED, (much, seed) => {
        const dirty = pointerOf(damaged("fillers of 65535", own, { much, seed }));
        const { strokes, flaws } = cutStrokes(dirty);
        expect(flaws.filler).toBe(dirty.length - pointerOf(own).length);
        expect(strokes).toEqual(clean.strokes);
      }),
      { numRuns: 20 },
    );
  });

  test("events that come late, by less than a second: windows are those without them", () => {
    const windows = samplesOf(own);
    fc.assert(
      fc.property(MUCH, SEED, (much, seed) => {
        const random = createRandom(seed);
        const late = moves(own, (event) =>
          random() < much ? [event, { ...event, at: event.at - 0.2 - 900 * random(), x: 1 }] : [event],
        );
        expect(samplesOf(late)).toEqual(windows);
        const { flaws } = cutStrokes(pointerOf(late));
        expect(flaws.backwards).toBe(late.length - own.length);
      }),
      { numRuns: 20 },
    );
  });

  test("jumps across the screen and back: each is counted, and none is a stroke's speed", () => {
    const jumps = fc.uniqueArray(fc.integer({ min: 1, max: 18 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(jumps, (places) => {
        const still = { kind: "pointer", pointer: "mouse", contact: 0, pressure: 0, size: 0 } as const;
        const line = Array.from({ length: 200 }, (_, i): PointerEvent => {
          const x = 3 * i + (places.includes(Math.floor(i / 10)) ? 4000 : 0);
          return { ...still, at: 1e12 + FRAME_MS * i, x, y: i, phase: "move", button: -1, buttons: 0 };
        });
        const edges = line.filter(({ x }, i) => Math.abs(x - (line[i - 1]?.x ?? x)) > 1000).length;
        const { strokes, flaws } = cutStrokes(line);
        expect(flaws.teleport).toBe(edges);
        for (const { x } of strokes) expect((x.at(-1) ?? 0) - (x[0] ?? 0)).toBeLessThan(1000);
      }),
      { numRuns: 50 },
    );
  });

  test("the inertia of a trackpad and the news of another zoom change nothing of what the pointer says", () => {
    const sets = setsOf(own);
    fc.assert(
      fc.property(MUCH, SEED, (much, seed) => {
        const random = createRandom(seed);
        const scrolled = moves(own, (event): Event[] => {
          if (random() >= much) return [event];
          const { at } = event;
          const glide = Array.from(
            { length: 6 },
            (_, i): Event => ({ kind: "wheel", at, dx: 0, dy: 60 * 0.8 ** i, unit: "pixel" }),
          );
          return [
            event,
            ...glide,
            { kind: "viewport", at, size: "desktop", pixelRatio: 0.25 * (1 + Math.floor(16 * much)) },
          ];
        });
        expect(setsOf(scrolled)).toEqual(sets);
      }),
      { numRuns: 10 },
    );
  });
});
