import type { Reference } from "../comparison/comparator.ts";
import { standIn } from "../comparison/plda/plda-comparator.ts";
import { joinProfiles, splitProfiles, standInProfiles } from "../comparison/plda/profiles.ts";
import type { Background } from "../models/background.ts";
import {
  CODE_BITS,
  openProtected,
  type Protection,
  protectedId,
  protectReference,
} from "../privacy/protected-reference.ts";
import { createTyping } from "./typing.ts";

const opened = new WeakMap<Reference, { readonly key: Uint8Array; readonly reference: Reference }>();

/**
 * Returns the typing of `habitus` for one subject in one application, whose references are codes made with their key
 * (`protectReference`). It judges, follows and explains as `createTyping` does; only what is stored differs. Whoever keeps the references keeps no
 * keys beside them. References of the unprotected form are of another comparator: they are made anew from kept feature sets.
 */
export function protectTyping(background: () => Background, protection: Protection): ReturnType<typeof createTyping> {
  const plain = createTyping(background);
  const { key, bits = CODE_BITS } = protection;
  const comparator = (): string => protectedId(background().model, bits);
  const open = (reference: Reference): Reference => {
    const known = opened.get(reference);
    if (known?.key === key) return known.reference;
    const { model } = background();
    const made = standInProfiles(
      splitProfiles(reference).map(({ since, reference: own }) => ({
        since,
        reference: standIn(model, own, openProtected(model, own, { key, bits })),
      })),
    );
    opened.set(reference, { key, reference: made });
    return made;
  };
  return {
    ...plain,
    comparator,
    enrol(samples, options) {
      const made = plain.enrol(samples, options);
      if (made.kind !== "enrolment") return made;
      const { model } = background();
      const profiles = splitProfiles(made.reference).map(({ since, reference }) => ({
        since,
        reference: protectReference(model, reference, { key, bits }),
      }));
      return { ...made, reference: joinProfiles(profiles) };
    },
    compare: (reference, probe) => plain.compare(open(reference), probe),
    follow: (reference, probe, sitting) =>
      plain.follow?.(open(reference), probe, sitting) ?? { evidence: plain.compare(open(reference), probe), sitting },
    assign: (reference, set, sitting) => plain.assign?.(open(reference), set, sitting),
  };
}
