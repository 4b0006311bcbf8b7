import { createHash } from "node:crypto";
import {
  encodeTouchBackground,
  encodeUsageBackground,
  type FeatureSet,
  type Provenance,
  type TouchBackground,
  touch,
  type UsageBackground,
} from "@habitus/core";
import { createPopulation, createTouchers, touchSession, usageSittings } from "@habitus/core/attacks";
import { fitTouch, fitUsage } from "@habitus/core/fit";

/** How the made-up people of Habitus use a device, and how they touch a screen: no set of either that was recorded is public. */
export const SIMULATED_USAGE = "simulated-usage";
export const SIMULATED_TOUCH = "simulated-touch";

const PEOPLE = 150;
const USAGE_SITTINGS = 12;
const USAGE_MINUTES = 5;
const USAGE_FROM = Date.UTC(2026, 0, 5);
const TOUCH_DAYS = [1, 3, 4, 8];
const TOUCH_MS = 180_000;
const DAY_MS = 86_400_000;

export interface FitSimulatedOptions {
  readonly seed: number;
  /** ISO 8601 date for the provenance. */
  readonly date: string;
  readonly software: string;
  readonly onProgress: (share: number, message: string) => void;
}

type Sittings = readonly (readonly FeatureSet[])[];

/** Learns how made-up people use a device. The same options give the same background, byte by byte. */
export function fitSimulatedUsage(options: FitSimulatedOptions): UsageBackground {
  const { seed, onProgress } = options;
  onProgress(0, "making people up");
  const people = createPopulation(PEOPLE, seed).map((person) => ({
    sittings: usageSittings(person, { sittings: USAGE_SITTINGS, minutes: USAGE_MINUTES, seed: 1, from: USAGE_FROM }),
  }));
  onProgress(0.4, "learning");
  const how = `createPopulation(${PEOPLE}, ${seed}), ${USAGE_SITTINGS} sittings of ${USAGE_MINUTES} minutes each`;
  const background = {
    provenance: provenanceOf(SIMULATED_USAGE, { people: people.map(({ sittings }) => sittings), how, options }),
    model: fitUsage(people, "unnamed"),
  };
  const id = idOf(SIMULATED_USAGE, encodeUsageBackground(background));
  return { ...background, model: { ...background.model, id } };
}

/** Learns how made-up people touch a screen. The same options give the same background, byte by byte. */
export function fitSimulatedTouch(options: FitSimulatedOptions): TouchBackground {
  const { seed, onProgress } = options;
  onProgress(0, "making people up");
  const people = createTouchers(PEOPLE, seed).map((habits) => ({
    sittings: TOUCH_DAYS.map(
      (day) =>
        touch.push(touch.initial(), touchSession(habits, { startAt: day * DAY_MS, durationMs: TOUCH_MS, seed: day }))
          .sets,
    ),
  }));
  onProgress(0.6, "learning");
  const how = `createTouchers(${PEOPLE}, ${seed}), ${TOUCH_DAYS.length} sittings of ${TOUCH_MS / 60_000} minutes each`;
  const background = {
    provenance: provenanceOf(SIMULATED_TOUCH, { people: people.map(({ sittings }) => sittings), how, options }),
    model: fitTouch(people, "unnamed"),
  };
  const id = idOf(SIMULATED_TOUCH, encodeTouchBackground(background));
  return { ...background, model: { ...background.model, id } };
}

interface About {
  readonly people: readonly Sittings[];
  readonly how: string;
  readonly options: FitSimulatedOptions;
}

function provenanceOf(name: string, { people, how, options: { date, software } }: About): Provenance {
  return {
    data: [{ name, terms: "made up by Habitus, no terms" }],
    people: people.length,
    windows: people.flat(2).length,
    furtherSittings: people.flat().length - people.length,
    fittedAt: date,
    software,
    note: `WEAK: nobody real was asked, it says how its makers imagine people to differ: ${how}.`,
  };
}

function idOf(name: string, text: string): string {
  return `${name}-${PEOPLE}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}
