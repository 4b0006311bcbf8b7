import {
  againstKnown,
  domainRatio,
  type FailureToEnrol,
  type KnownPeople,
  knowPerson,
  nearestSitting,
  OTHER_DOMAIN,
  type PointerScale,
  type PointerSpace,
  placeWindow,
  plainLatent,
  pointerLlr,
  type SeenSitting,
  seenSitting,
  WINDOW_VECTOR,
  windowVector,
} from "@habitus/core";
import { fitKnots, fitKnownPeople, fitPointerScale, WindowsTableBuilder } from "@habitus/core/fit";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Enrolled, Fitted, LabSystem, ProbeScore } from "./lab-system.ts";
import { PointerWindows } from "./pointer-windows.ts";

/** Strokes of a window, where sittings are compared and where people are told apart. */
const SITTING_WINDOW = { unit: "strokes", count: 5 } as const;
const PEOPLE_WINDOW = { unit: "strokes", count: 10 } as const;
const DIMENSIONS = 100;
/** With fewer people than this no model of people in general can be learnt: they are told apart from each other. */
const FEW_PEOPLE = 16;

/**
 * Long sittings of the pointer, through a remote desktop for one. What a sitting is compared with follows from the background:
 * of fewer than 16 people, they are the ones who may sit down, and the claimed one is told from them; of more, sittings are
 * compared, with the likelihood ratio of the model of people in general, or, where the enrolment lies further out in that model than
 * its own people do, with the nearest enrolled sitting.
 */
export const pointerSittings: LabSystem = {
  name: "pointer-sittings",
  version: 1,
  usesBackground: true,
  calibrated: false,
  applicable: ({ experiment }) => experiment === "balabit",
  byDefault: (experiment) => experiment === "balabit",
  fit: (_, background) => {
    const people = bySubject(background).map(({ recordings }) => recordings.map(prepare));
    return people.length < FEW_PEOPLE ? amongKnown(people) : bySitting(people);
  },
};

const prepared = new WeakMap<Recording, PointerWindows>();
const none: FailureToEnrol = { kind: "failureToEnrol", reason: "tooFewSamples", have: 0, need: 1, missing: 1 };

function prepare(piece: Recording): PointerWindows {
  const windows = prepared.get(piece) ?? new PointerWindows(piece);
  prepared.set(piece, windows);
  return windows;
}

interface SittingsReference {
  readonly sittings: readonly SeenSitting[];
  readonly foreign: boolean;
}

function bySitting(people: readonly (readonly PointerWindows[])[]): Fitted<PointerWindows, SittingsReference> {
  const windows = (step: number) =>
    people.map((own) => ({ sittings: own.map((one) => one.windows(SITTING_WINDOW, step)) }));
  const scale = fitPointerScale(windows(2), windows(SITTING_WINDOW.count), {
    length: SITTING_WINDOW,
    branches: ["behaviour"],
    dimensions: DIMENSIONS,
  });
  const [space] = scale.spaces;
  if (space === undefined) throw new RangeError("a scale has a space for each branch");
  return {
    prepare,
    enrol: (pieces): Enrolled<SittingsReference> => {
      const latents = pieces.map((piece) => latentsOf(piece, scale, space)).filter((list) => list.length > 0);
      if (latents.length === 0) return none;
      const foreign = domainRatio(space, latents.flat()) > OTHER_DOMAIN;
      return { kind: "enrolled", reference: { sittings: latents.map(seenSitting), foreign } };
    },
    compare: ({ sittings, foreign }, probes) =>
      probes.map((pieces): ProbeScore | undefined => {
        const latents = pieces.flatMap((piece) => latentsOf(piece, scale, space));
        if (latents.length === 0) return undefined;
        const probe = seenSitting(latents);
        const score = foreign
          ? nearestSitting(space, sittings, probe)
          : pointerLlr(space, knowPerson(space, sittings), probe);
        return score === undefined ? undefined : steadied(score);
      }),
  };
}

function latentsOf(piece: PointerWindows, scale: PointerScale, space: PointerSpace): Float64Array[] {
  return windowsOrWhole(piece, SITTING_WINDOW).map((sums) => plainLatent(space, placeWindow(scale, sums)));
}

function windowsOrWhole(piece: PointerWindows, length: typeof SITTING_WINDOW | typeof PEOPLE_WINDOW): Float64Array[] {
  const windows = piece.windows(length);
  const whole = windows.length > 0 ? undefined : piece.whole(length);
  return whole === undefined ? windows : [whole];
}

interface KnownReference {
  readonly model: KnownPeople;
}

/** The claimed person is the first of the people who are told apart. */
function amongKnown(people: readonly (readonly PointerWindows[])[]): Fitted<PointerWindows, KnownReference> {
  const raw = people.map((own) => own.flatMap((piece) => piece.windows(PEOPLE_WINDOW, PEOPLE_WINDOW.count / 2)));
  const table = new WindowsTableBuilder(WINDOW_VECTOR.length);
  raw.forEach((windows, subject) => {
    for (const sums of windows) table.add(windowVector(sums), { subject, sitting: subject, population: 0, size: 1 });
  });
  const { knots } = fitKnots(table.build());
  const place = (sums: Float64Array): Float64Array =>
    placeWindow({ knots, mean: new Float32Array(WINDOW_VECTOR.length) }, sums);
  const others = raw.map((windows) => windows.map(place));
  return {
    prepare,
    enrol: (pieces): Enrolled<KnownReference> => {
      const own = pieces.flatMap((piece) => piece.windows(PEOPLE_WINDOW, PEOPLE_WINDOW.count / 2)).map(place);
      if (own.length === 0) return none;
      return { kind: "enrolled", reference: { model: fitKnownPeople([own, ...others]) } };
    },
    compare: ({ model }, probes) =>
      probes.map((pieces): ProbeScore | undefined => {
        const windows = pieces.flatMap((piece) => windowsOrWhole(piece, PEOPLE_WINDOW)).map(place);
        if (windows.length === 0) return undefined;
        return steadied(againstKnown(model, 0, windows));
      }),
  };
}

/** The same order on a logarithmic scale: a calibration of far more than usual would be led by the few furthest scores. */
function steadied(raw: number): ProbeScore {
  const score = Math.asinh(raw);
  return { score, llr: score };
}
