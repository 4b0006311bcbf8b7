import { BASELINE_WINDOWS } from "@habitus/core";
import { afterAll, describe, expect, it } from "vitest";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { cmuPassword } from "../datasets/cmu-password/load.ts";
import { load } from "../datasets/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { behaviourOnly } from "../recordings/behaviour-only.ts";
import { temporarySets } from "../simulated/temporary-sets.ts";
import { apartBackground, fixedBackground, foldedBackground, halves, seenBackground } from "./background.ts";
import { fixedText } from "./fixed-text.ts";
import { cutSession, firstSittings, pointerSessions } from "./pointer-sessions.ts";
import { sentences } from "./sentences.ts";

const PEOPLE = 6;
const sets = temporarySets(PEOPLE);
afterAll(sets.remove);
const windows = BASELINE_WINDOWS;
const background = fixedBackground([], "nobody");

describe("backgrounds", () => {
  it("in folds never hold the subject or the impostor, and hold everybody of all other folds", async () => {
    const { recordings } = await load(cmuPassword, sets.root);
    const folded = foldedBackground(recordings, { folds: 3, seed: 1 });
    const names = [...new Set(recordings.map(({ subject }) => subject))];
    for (const claimed of names)
      for (const owner of names) {
        const known = new Set(folded.recordings(folded.key(claimed, owner)).map(({ subject }) => subject));
        expect(known.has(claimed) || known.has(owner)).toBe(false);
        expect(known.size).toBeGreaterThanOrEqual(PEOPLE / 3);
        expect(folded.key(claimed, owner)).toBe(folded.key(owner, claimed));
      }
  });

  it("that are seen hold everybody else", async () => {
    const { recordings } = await load(cmuPassword, sets.root);
    const seen = seenBackground(recordings);
    const known = new Set(seen.recordings(seen.key("s001", "s002")).map(({ subject }) => subject));
    expect(known.has("s001")).toBe(false);
    expect(known.size).toBe(PEOPLE - 1);
  });

  it("of halves share nobody, whatever the seed", () => {
    for (const seed of [1, 2, 3]) {
      const { background: known, test } = halves(["a", "b", "c", "d", "e"], seed);
      expect(known.size + test.size).toBe(5);
      expect([...known].filter((name) => test.has(name))).toEqual([]);
    }
  });
});

it("Killourhy & Maxion enrol the first repetitions, test on those from 201 on and on five of everybody else", async () => {
  const { recordings } = await load(cmuPassword, sets.root);
  const { claims, name } = fixedText(recordings, {
    enrol: 10,
    matedFrom: 200,
    nonMated: { from: 0, to: 5 },
    windows,
    background,
  });
  expect(name).toBe("n10");
  expect(claims).toHaveLength(PEOPLE);
  const [first] = claims;
  expect(first?.enrolment.map(({ order }) => order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(first?.mated.every(({ subject, pieces }) => subject === "s001" && (pieces[0]?.order ?? 0) >= 200)).toBe(true);
  expect(first?.nonMated).toHaveLength(5 * (PEOPLE - 1));
  expect(first?.nonMated.every(({ subject, pieces }) => subject !== "s001" && (pieces[0]?.order ?? 9) < 5)).toBe(true);
});

describe("sentences", () => {
  it("are cut to their first keystrokes; the last five are mated, one of each other subject is not", async () => {
    const { recordings } = await load(aaltoDesktop, sets.root);
    const { claims, name } = sentences(recordings, { keys: 50, gallery: 5, together: 1, windows, background });
    expect(name).toBe("M50-G5");
    for (const { subject, enrolment, mated, nonMated } of claims) {
      expect(enrolment.map(({ order, keys }) => [order, keys?.zone.length])).toEqual(
        [0, 1, 2, 3, 4].map((order) => [order, 50]),
      );
      expect(mated.map(({ pieces }) => pieces[0]?.order)).toEqual([10, 11, 12, 13, 14]);
      expect(new Set(nonMated.map((probe) => probe.subject)).size).toBe(PEOPLE - 1);
      expect(nonMated.some((probe) => probe.subject === subject)).toBe(false);
    }
  });

  it("can be probed five together", async () => {
    const { recordings } = await load(aaltoDesktop, sets.root);
    const { claims, name } = sentences(recordings, { keys: 50, gallery: 5, together: 5, windows, background });
    expect(name).toBe("M50-G5-P5");
    expect(claims[0]?.mated.map(({ pieces }) => pieces.length)).toEqual([5]);
    expect(claims[0]?.nonMated.map(({ pieces }) => pieces.length)).toEqual(new Array(PEOPLE - 1).fill(5));
  });
});

describe("pointer sessions", () => {
  it("are cut into pieces of so many events or strokes, of which none is in two", async () => {
    const { recordings } = await load(sapimouse, sets.root);
    const session = recordings.find(({ order }) => order === 1);
    if (session?.pointer === undefined) throw new Error("no session");
    for (const cut of [
      { kind: "events", count: 128 },
      { kind: "strokes", count: 3 },
    ] as const) {
      const pieces = cutSession(session, cut);
      expect(pieces.length).toBeGreaterThan(2);
      pieces.forEach(({ pointer }, i) => {
        if (cut.kind === "events") expect(pointer?.at.length).toBe(128);
        const before = pieces[i - 1]?.pointer?.at.at(-1) ?? Number.NEGATIVE_INFINITY;
        // A piece of strokes begins with the last move before it, so that the pause is known, and buttons in between are in both.
        const first = cut.kind === "events" ? 0 : (pointer?.phase.subarray(1).indexOf(0) ?? 0) + 1;
        expect(pointer?.at[i === 0 ? 0 : first] ?? 0).toBeGreaterThanOrEqual(before);
      });
    }
  });

  it("compare people of one fold, with a background of the others", async () => {
    const { recordings } = await load(sapimouse, sets.root);
    const apart = apartBackground(recordings, { folds: 3, seed: 1 });
    const enrolments = firstSittings(recordings);
    const options = { cut: { kind: "whole" }, suffix: "", windows, background: apart, enrolments } as const;
    for (const { subject, nonMated } of pointerSessions(recordings, options).claims) {
      const known = new Set(apart.recordings(apart.key(subject, subject)).map((one) => one.subject));
      const others = new Set(nonMated.map((probe) => probe.subject));
      expect(others.size + 1 + known.size).toBe(PEOPLE);
      expect([subject, ...others].some((name) => known.has(name ?? ""))).toBe(false);
    }
  });

  it("enrol the first sitting and probe with the later one alone", async () => {
    const { recordings } = await load(sapimouse, sets.root);
    const enrolments = firstSittings(recordings);
    const { claims, name } = pointerSessions(recordings, {
      cut: { kind: "whole" },
      suffix: "",
      windows,
      background,
      enrolments,
    });
    expect(name).toBe("minute");
    expect(claims).toHaveLength(PEOPLE);
    for (const { enrolment, mated, nonMated } of claims) {
      expect(enrolment.every(({ order }) => order === 0)).toBe(true);
      expect([...mated, ...nonMated].every(({ pieces }) => pieces.every(({ order }) => order === 1))).toBe(true);
    }
  });

  it("without their device move on a grid of 60 Hz and whole pixels, and press as before", async () => {
    const { recordings } = await load(sapimouse, sets.root);
    for (const recording of recordings.slice(0, 3)) {
      const { pointer } = behaviourOnly(recording);
      if (pointer === undefined || recording.pointer === undefined) throw new Error("no events");
      const presses = (phases: Uint8Array): number => phases.filter((phase) => phase !== 0).length;
      expect(presses(pointer.phase)).toBe(presses(recording.pointer.phase));
      let steps = 0;
      pointer.at.forEach((at, i) => {
        expect(Number.isInteger(pointer.x[i])).toBe(true);
        const frames = ((at - (pointer.at[i - 1] ?? at)) * 60) / 1000;
        expect(frames).toBeGreaterThanOrEqual(0);
        if (i === 0 || pointer.phase[i] !== 0 || pointer.phase[i - 1] !== 0 || frames > 3) return;
        steps += 1;
        expect(Math.abs(frames - Math.round(frames))).toBeLessThan(1e-6);
      });
      expect(steps).toBeGreaterThan(100);
    }
  });
});
