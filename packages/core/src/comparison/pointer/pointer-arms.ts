import { CoreError } from "../../error.ts";
import type { FeatureSet } from "../../features/extractor.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Enrolment, EnrolOptions, FailureToEnrol, Reference } from "../comparator.ts";
import { confirmSitting, followSitting, type PldaSitting } from "../plda/follow-sitting.ts";
import { comparatorId, comparePerson, enrolPerson } from "../plda/plda-comparator.ts";
import type { PldaModel } from "../plda/plda-model.ts";
import { floorLlr, mixBranches } from "./compare-windows.ts";

/** Two models of people in general: of everything, and of what no device should change. They read the same values. */
export interface PointerArms {
  readonly full: PldaModel;
  readonly behaviour: PldaModel;
}

/** What a sitting has shown so far, to either model. Plain data, at most 1.5 kB. */
export interface ArmsSitting extends Readonly<Record<string, unknown>> {
  readonly kind: "pointerSitting";
  readonly full: PldaSitting;
  readonly behaviour: PldaSitting;
}

export function armsId({ full, behaviour }: PointerArms): string {
  return `arms@1:${full.id}+${behaviour.id}`;
}

/** Makes a reference for either model, both in one. Fails with `tooFewSamples` until there are `minimum` full windows. */
export function enrolArms(
  arms: PointerArms,
  samples: readonly FeatureSet[],
  options: { readonly minimum: number } & Pick<EnrolOptions, "now">,
): Enrolment | FailureToEnrol {
  const full = enrolPerson(arms.full, samples, options);
  const behaviour = enrolPerson(arms.behaviour, samples, options);
  if (full.kind === "failureToEnrol") return full;
  if (behaviour.kind === "failureToEnrol") return behaviour;
  const writer = new ByteWriter();
  writer.varint(full.reference.payload.length);
  writer.raw(full.reference.payload);
  writer.raw(behaviour.reference.payload);
  return { ...full, reference: { ...full.reference, comparator: armsId(arms), payload: writer.bytes() } };
}

const split = new WeakMap<Reference, { readonly full: Reference; readonly behaviour: Reference }>();

function partsOf(arms: PointerArms, reference: Reference): { readonly full: Reference; readonly behaviour: Reference } {
  if (reference.comparator !== armsId(arms))
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} cannot be compared by ${armsId(arms)}: enrol again`,
    );
  const known = split.get(reference);
  if (known !== undefined) return known;
  const reader = new ByteReader(reference.payload);
  const length = reader.varint(100_000);
  const both = reader.rest();
  if (length > both.length) reader.fail("a part is cut off");
  const part = (model: PldaModel, payload: Uint8Array): Reference => ({
    ...reference,
    comparator: comparatorId(model),
    payload,
  });
  const made = {
    full: part(arms.full, both.slice(0, length)),
    behaviour: part(arms.behaviour, both.slice(length)),
  };
  split.set(reference, made);
  return made;
}

/** Returns the part of a reference that the model of everything made. */
export function fullReference(arms: PointerArms, reference: Reference): Reference {
  return partsOf(arms, reference).full;
}

/**
 * Calibrated log-likelihood ratio (nats) of one window alone: the owner with the known device, or rarely with another one. Undefined
 * where the window is too small.
 */
export function compareArms(arms: PointerArms, reference: Reference, probe: FeatureSet): number | undefined {
  const parts = partsOf(arms, reference);
  const full = comparePerson(arms.full, parts.full, probe);
  const behaviour = comparePerson(arms.behaviour, parts.behaviour, probe);
  return full === undefined || behaviour === undefined ? undefined : together(full, behaviour);
}

export interface FollowedArms {
  /** What this window adds to the evidence about the sitting as a whole. */
  readonly llr: number;
  /** The window against the sitting before it: within a sitting the device stays, so everything speaks. */
  readonly sittingLlr: number | undefined;
  readonly alone: number;
  readonly sitting: ArmsSitting;
}

/** Judges a window in its sitting, as `followSitting` does; undefined where the window is too small. */
export function followArms(
  arms: PointerArms,
  reference: Reference,
  { probe, before }: { readonly probe: FeatureSet; readonly before: ArmsSitting | undefined },
): FollowedArms | undefined {
  const parts = partsOf(arms, reference);
  const full = followSitting(arms.full, parts.full, { probe, before: before?.full });
  const behaviour = followSitting(arms.behaviour, parts.behaviour, {
    probe,
    before: before?.behaviour,
    change: false, // whether it is still the same person is asked of `full` alone
  });
  if (full === undefined || behaviour === undefined) return undefined;
  const now = together(full.sitting.given, behaviour.sitting.given);
  const then = together(full.sitting.given - full.llr, behaviour.sitting.given - behaviour.llr);
  return {
    llr: now - then,
    sittingLlr: full.sittingLlr,
    alone: together(full.alone, behaviour.alone),
    sitting: { kind: "pointerSitting", full: full.sitting, behaviour: behaviour.sitting },
  };
}

/** Returns the sitting after its subject proved to be there, as `confirmSitting` does. */
export function confirmArms({ kind, full, behaviour }: ArmsSitting): ArmsSitting | undefined {
  // Whether hands changed is known of `full` alone.
  const [known, also] = [confirmSitting(full), confirmSitting(behaviour)];
  return known === undefined || also === undefined ? undefined : { kind, full: known, behaviour: also };
}

function together(full: number, behaviour: number): number {
  return floorLlr(mixBranches(full, behaviour));
}
