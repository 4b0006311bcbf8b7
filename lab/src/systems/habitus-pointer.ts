import {
  type FailureToEnrol,
  floorLlr,
  type KnownPerson,
  knowPerson,
  mixBranches,
  type PointerScale,
  placeWindow,
  pointerLatent,
  pointerLlr,
  seenSitting,
  type WindowLength,
} from "@habitus/core";
import { FEWEST_PEOPLE, fitPointerScale } from "@habitus/core/fit";
import { LabError } from "../lab-error.ts";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Enrolled, Fitted, LabSystem, ProbeScore, Task } from "./lab-system.ts";
import { PointerWindows } from "./pointer-windows.ts";

const EXPERIMENTS: ReadonlySet<string> = new Set(["sapimouse", "fusion"]);
/** In the experiment `fusion` a probe is ten strokes. */
const FUSED = "pointer";
/** Windows that are learnt from overlap, the longer the more. */
const LEARNING_STEP: Readonly<Record<number, number>> = { 1: 1, 3: 1, 5: 2, 10: 5, 20: 10 };

/** Strokes of the pointer in windows of the protocol's length, against a model of people in general learnt from the background. */
export const habitusPointer: LabSystem = {
  name: "habitus-pointer",
  version: 1,
  usesBackground: true,
  calibrated: true,
  applicable: ({ experiment, protocol }) =>
    EXPERIMENTS.has(experiment) && (experiment !== "fusion" || protocol === FUSED),
  byDefault: (experiment) => EXPERIMENTS.has(experiment),
  fit: (task, background) => fit(task, background),
};

/** The protocol says what a probe is: so many strokes or events; whole sittings are looked at in windows of 20 strokes. */
export function windowLength({ protocol }: Pick<Task, "protocol">): WindowLength {
  if (protocol === FUSED) return { unit: "strokes", count: 10 };
  const match = /^(strokes|events)-(\d+)/.exec(protocol);
  if (match === null) return { unit: "strokes", count: 20 };
  return { unit: match[1] === "events" ? "events" : "strokes", count: Number(match[2]) };
}

type PointerReference = readonly KnownPerson[];

const prepared = new WeakMap<Recording, PointerWindows>();
const learnt = new WeakMap<readonly Recording[], Map<string, PointerScale>>();

function prepare(piece: Recording): PointerWindows {
  const windows = prepared.get(piece) ?? new PointerWindows(piece);
  prepared.set(piece, windows);
  return windows;
}

function fit(task: Task, background: readonly Recording[]): Fitted<PointerWindows, PointerReference> {
  const length = windowLength(task);
  const scale = learn(background, { length, behaviour: task.protocol.endsWith("-behaviour") });
  const place = (sums: Float64Array): readonly Float64Array[] => {
    const placed = placeWindow(scale, sums);
    return scale.spaces.map((space) => pointerLatent(space, placed));
  };
  return {
    prepare,
    enrol: (pieces): Enrolled<PointerReference> => {
      const sittings = pieces.map((piece) => piece.windows(length).map(place)).filter((list) => list.length > 0);
      if (sittings.length === 0) return tooFew;
      const reference = scale.spaces.map((space, i) =>
        knowPerson(
          space,
          sittings.map((windows) => seenSitting(windows.flatMap((latents) => latents[i] ?? []))),
        ),
      );
      return { kind: "enrolled", reference };
    },
    compare: (reference, probes) =>
      probes.map((pieces) => {
        const windows = pieces.flatMap((piece) => probeWindows(piece, task, length)).map(place);
        return windows.length === 0 ? undefined : judge(scale, reference, windows);
      }),
  };
}

const tooFew: FailureToEnrol = { kind: "failureToEnrol", reason: "tooFewSamples", have: 0, need: 1, missing: 1 };

/** A probe of the protocol's length is one window, a whole sitting as many as there are. */
function probeWindows(piece: PointerWindows, task: Task, length: WindowLength): Float64Array[] {
  const cut = task.protocol === FUSED || task.protocol.startsWith("strokes-") || task.protocol.startsWith("events-");
  const windows = cut ? [] : piece.windows(length);
  if (windows.length > 0) return windows;
  const whole = piece.whole(length);
  return whole === undefined ? [] : [whole];
}

function judge(
  { spaces }: PointerScale,
  reference: PointerReference,
  windows: readonly (readonly Float64Array[])[],
): ProbeScore {
  const llrs = spaces.map((space, i) => {
    const [slope, offset] = space.calibration;
    const person = reference[i];
    const probe = seenSitting(windows.flatMap((latents) => latents[i] ?? []));
    return person === undefined ? 0 : slope * pointerLlr(space, person, probe) + offset;
  });
  const [first = 0, second] = llrs;
  const llr = second === undefined ? first : mixBranches(first, second);
  return { score: llr, llr: floorLlr(llr) };
}

function learn(
  background: readonly Recording[],
  { length, behaviour }: { readonly length: WindowLength; readonly behaviour: boolean },
): PointerScale {
  const own = learnt.get(background) ?? new Map<string, PointerScale>();
  learnt.set(background, own);
  const name = `${length.unit}-${length.count}`;
  const before = own.get(name);
  if (before !== undefined) return before;
  const people = bySubject(background).map(({ recordings }) => recordings.map(prepare));
  if (people.length < FEWEST_PEOPLE)
    throw new LabError(
      "malformedData",
      `habitus-pointer learns from at least ${FEWEST_PEOPLE} people whom nobody is compared with, and there are ${people.length}: name more with --background, or other systems with --system.`,
    );
  const windows = (step: number | undefined) =>
    people.map((recordings) => ({ sittings: recordings.map((one) => one.windows(length, step)) }));
  const scale = fitPointerScale(
    windows(length.unit === "strokes" ? (LEARNING_STEP[length.count] ?? 1) : 1),
    windows(undefined),
    {
      length,
      dimensions: 100,
      ...(behaviour && { branches: ["behaviour"] }),
    },
  );
  own.set(name, scale);
  return scale;
}
