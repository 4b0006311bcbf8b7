import { CoreError } from "../../error.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { SITTING_PAUSE_MS } from "../../features/sittings.ts";
import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparator.ts";
import { boundByLapse, compareSitting, type Expected, expect } from "./compare-sitting.ts";
import { decodePerson, encodePerson } from "./encode-person.ts";
import { addWindow, closeSitting, noPerson, noSitting, type Person, type SittingSum } from "./person.ts";
import { latentOf, type PldaModel } from "./plda-model.ts";

/** Windows of less than a fifth of the usual length are too little to learn or to judge from. */
export const SMALLEST = Math.sqrt(0.2);
/** What is new in a window is known by time, not by key: who types unevenly may come out this much short of full windows. */
const UNEVEN = 0.25;

export function comparatorId({ id }: Pick<PldaModel, "id">): string {
  return `plda@1:${id}`;
}

/**
 * What a window counts for: 1 = as many keystrokes (or moves) as the model was learnt from. Half as many are worth more than half, because
 * much of what varies from window to window does not shrink with their length (the square root, measured).
 */
export function windowSize(
  { unit }: Pick<PldaModel, "unit">,
  { keystrokes, pointerEvents }: Pick<FeatureSet, "keystrokes"> & Partial<Pick<FeatureSet, "pointerEvents">>,
): number {
  return Math.sqrt((keystrokes + (pointerEvents ?? 0)) / unit);
}

/**
 * Makes a reference: sums of latents, sitting by sitting (a pause of half an hour parts them). Windows that overlap count with
 * what is new in them. Fails with `tooFewSamples` until there is as much typing as `minimum` full windows.
 */
export function enrolPerson(
  model: PldaModel,
  samples: readonly FeatureSet[],
  { minimum, now }: { readonly minimum: number } & Pick<EnrolOptions, "now">,
): Enrolment | FailureToEnrol {
  const usable = samples
    .filter((set) => checkExtractor(model, set) && windowSize(model, set) >= SMALLEST)
    .sort((a, b) => a.startedAt - b.startedAt);
  let person: Person = noPerson(model);
  let until = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const set of usable) {
    if (set.startedAt - until > SITTING_PAUSE_MS) person = closeSitting(model, person);
    const weight = windowSize(model, set) * newShare(set, until);
    if (weight > 0) person = { ...person, open: addWindow(person.open, placeOf(model, set), weight) };
    total += weight;
    until = Math.max(until, set.endedAt);
  }
  const have = Math.floor(total + UNEVEN);
  if (total + UNEVEN < minimum)
    return { kind: "failureToEnrol", reason: "tooFewSamples", have, need: minimum, missing: minimum - have };
  if (now - until > SITTING_PAUSE_MS) person = closeSitting(model, person);
  const reference: Reference = {
    kind: "reference",
    comparator: comparatorId(model),
    extractor: model.extractor,
    samples: usable.length,
    enrolledAt: now,
    payload: encodePerson({ person, openUntil: until }),
  };
  const report = { mated: usable.length, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0 };
  return { kind: "enrolment", reference, report: { ...report, importances: [], featureNames: [] } };
}

/** Share of a window that lies after an instant: what an overlapping window has that the one before had not. */
export function newShare({ startedAt, endedAt }: Pick<FeatureSet, "startedAt" | "endedAt">, until: number): number {
  if (startedAt >= until) return 1;
  if (endedAt <= until || endedAt <= startedAt) return 0;
  return (endedAt - until) / (endedAt - startedAt);
}

export interface Ready {
  readonly person: Person;
  readonly openUntil: number;
  readonly anotherSitting: Expected;
  readonly sameSitting: Expected;
}

const ready = new WeakMap<Reference, Ready>();

/** Returns the decoded reference and what it leads to expect; the same object is decoded once. Throws a `CoreError`. */
export function readPerson(model: PldaModel, reference: Reference): Ready {
  if (reference.comparator !== comparatorId(model) || reference.extractor !== model.extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${comparatorId(model)}: enrol again`,
    );
  const known = ready.get(reference);
  if (known !== undefined) return known;
  const { person, openUntil } = decodePerson(reference.payload, model);
  const made = {
    person,
    openUntil,
    anotherSitting: expect(model, person, false),
    sameSitting: expect(model, person, true),
  };
  ready.set(reference, made);
  return made;
}

/** Returns a reference that stands for one of another form, already read: for comparing in memory. Its bytes are those of the other form. */
export function standIn(model: PldaModel, other: Reference, read: Ready): Reference {
  const made = { ...other, comparator: comparatorId(model) };
  ready.set(made, read);
  return made;
}

/** What a reference leads to expect of a window that began at this instant: the sitting it was learnt in, or another. */
export function expectedAt({ person, openUntil, sameSitting, anotherSitting }: Ready, startedAt: number): Expected {
  const same = person.open.windows > 0 && Math.abs(startedAt - openUntil) <= SITTING_PAUSE_MS;
  return same ? sameSitting : anotherSitting;
}

/** Calibrated log-likelihood ratio (nats) of one window alone; undefined where it is too small. */
export function comparePerson(model: PldaModel, reference: Reference, probe: FeatureSet): number | undefined {
  checkExtractor(model, probe);
  const size = windowSize(model, probe);
  if (size < SMALLEST) return undefined;
  const expected = expectedAt(readPerson(model, reference), probe.startedAt);
  return boundByLapse(compareSitting(model, expected, asSitting(placeOf(model, probe), size)));
}

export function asSitting(latent: Float64Array, size: number): SittingSum {
  return addWindow(noSitting(latent.length), latent, size);
}

const placed = new WeakMap<Float64Array, { readonly model: PldaModel; readonly latent: Float64Array }>();

/** Where a window lies; the same window is placed once. */
export function placeOf(model: PldaModel, { values }: Pick<FeatureSet, "values">): Float64Array {
  const known = placed.get(values);
  if (known?.model === model) return known.latent;
  const latent = latentOf(model, values);
  placed.set(values, { model, latent });
  return latent;
}

function checkExtractor({ extractor }: PldaModel, set: FeatureSet): true {
  if (set.extractor !== extractor)
    throw new CoreError("versionMismatch", `feature sets must be of ${extractor}, got one of ${set.extractor}`);
  return true;
}

/**
 * Calibrated log-likelihood ratio (nats) of the windows of one sitting together; undefined where they are too small. `same` says
 * whether this is the sitting that the reference was last learnt in: in an evaluation the clock must not tell, because
 * recordings of other people are of another time.
 */
export function compareTogether(
  model: PldaModel,
  reference: Reference,
  { probes, same }: { readonly probes: readonly FeatureSet[]; readonly same: boolean },
): number | undefined {
  const together = sumWindows(model, probes);
  if (together === undefined) return undefined;
  const { sameSitting, anotherSitting } = readPerson(model, reference);
  return boundByLapse(compareSitting(model, same ? sameSitting : anotherSitting, together));
}

/** Returns the windows of one sitting as one, each counted with what is new in it; undefined where they are too small. */
export function sumWindows(model: PldaModel, probes: readonly FeatureSet[]): SittingSum | undefined {
  let together = noSitting(model.scale.length);
  let until = Number.NEGATIVE_INFINITY;
  for (const probe of probes) {
    checkExtractor(model, probe);
    const size = windowSize(model, probe);
    if (size < SMALLEST) continue;
    const weight = size * newShare(probe, until);
    if (weight > 0) together = addWindow(together, placeOf(model, probe), weight);
    until = Math.max(until, probe.endedAt);
  }
  return together.windows === 0 ? undefined : together;
}
