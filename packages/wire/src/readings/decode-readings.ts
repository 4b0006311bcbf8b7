import {
  ACQUIRE_FAILURES,
  emptyUsage,
  type FeatureSet,
  PHRASE_ABSENCES,
  type Read,
  type Reading,
  type UsageState,
  unpackPhrase,
} from "@habitus/core";
import { MalformedBatch } from "../decode-batch.ts";
import { unpackValues } from "./pack-values.ts";
import type { SupportModality, WireReading, WireReadings } from "./readings-batch.ts";

/** The extractors that a service understands, and how many values a feature set of each has. */
export type Shapes = Readonly<
  Partial<Record<"window" | SupportModality, { readonly extractor: string; readonly length: number }>>
>;

export type DecodedReadings = Pick<Read, "readings" | "usage" | "seen" | "pendingKeystrokes"> & {
  readonly startedAt: number;
  readonly endedAt: number;
};

/** Returns what the batch says. Throws a `MalformedBatch` that names the reading which cannot be. The batch was checked against its schema. */
export function decodeReadings({ t, u, n, g, r }: WireReadings, shapes: Shapes): DecodedReadings {
  const [events, keystrokes, pointerEvents, pendingKeystrokes] = n;
  if (u < t) throw new MalformedBatch("u", "the batch ends before it begins");
  if (keystrokes + pointerEvents > events)
    throw new MalformedBatch("n", "more keystrokes and pointer events than events");
  return {
    startedAt: t / 10,
    endedAt: u / 10,
    seen: { events, keystrokes, pointerEvents },
    pendingKeystrokes,
    usage: unpackUsage(g),
    readings: r.map((one, i) => {
      const reading = decodeReading(one, shapes);
      if (reading === undefined) throw new MalformedBatch(`r[${i}]`, "this is no reading of this reader");
      return reading;
    }),
  };
}

function decodeReading(one: WireReading, shapes: Shapes): Reading | undefined {
  switch (one.k) {
    case "w": {
      const [keystrokes, pointerEvents] = one.c;
      if (keystrokes + pointerEvents === 0) return undefined;
      const set = decodeSet(one, shapes.window, { keystrokes, pointerEvents });
      return set && { kind: "window", set };
    }
    case "s": {
      const set = decodeSet(one, shapes[one.m], { keystrokes: 0, pointerEvents: 0 });
      return set && { kind: "support", modality: one.m, set };
    }
    case "f": {
      const reason = ACQUIRE_FAILURES[one.y];
      if (reason === undefined || one.e < one.s) return undefined;
      return { kind: "failure", failure: { kind: "failureToAcquire", reason, startedAt: one.s, endedAt: one.e } };
    }
    case "p": {
      const phrase = unpackPhrase(one.p);
      return phrase && { kind: "phrase", typed: { field: one.h, phrase } };
    }
    case "a": {
      const reason = PHRASE_ABSENCES[one.y];
      if (reason === undefined || one.e < one.s) return undefined;
      const phrase = { kind: "phraseAbsence", reason, startedAt: one.s, endedAt: one.e } as const;
      return { kind: "phrase", typed: { field: one.h, phrase } };
    }
  }
}

function decodeSet(
  { s: startedAt, e: endedAt, f }: Extract<WireReading, { k: "w" | "s" }>,
  shape: Shapes["window"],
  counts: Pick<FeatureSet, "keystrokes" | "pointerEvents">,
): FeatureSet | undefined {
  const values = shape && unpackValues(f, shape.length);
  if (values === undefined || shape === undefined || endedAt < startedAt) return undefined;
  return { kind: "featureSet", extractor: shape.extractor, values, startedAt, endedAt, ...counts };
}

/** What is missing was not counted. */
function unpackUsage(packed: WireReadings["g"]): UsageState {
  const usage: Record<string, unknown> = { ...emptyUsage() };
  for (const [name, counts] of Object.entries(packed)) {
    const none = usage[name];
    usage[name] = typeof counts === "number" ? counts : { ...(typeof none === "object" ? none : {}), ...counts };
  }
  return usage as unknown as UsageState; // safe: the schema admits its names and numbers alone
}
