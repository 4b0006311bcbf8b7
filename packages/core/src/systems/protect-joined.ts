import type { Reference } from "../comparison/comparator.ts";
import {
  type JoinedBy,
  joinedId,
  joinReferences,
  joinStandIns,
  partWeights,
  splitReference,
} from "../comparison/join-references.ts";
import type { ReferenceProtection } from "./system.ts";

/** Returns how a reference of several parts is protected: each part that can be, the rest as it is. */
export function protectJoined(
  joinedBy: () => JoinedBy,
  protections: () => readonly (ReferenceProtection | undefined)[],
): ReferenceProtection {
  const storedBy = (): JoinedBy => {
    const by = joinedBy();
    const parts = by.parts.map((part, i) => ({
      ...part,
      comparator: protections()[i]?.comparator() ?? part.comparator,
    }));
    return { ...by, parts };
  };
  const split = (by: JoinedBy, reference: Reference) => {
    const all = splitReference(by, reference);
    const count = by.parts.length;
    return { references: all.slice(0, count), supporting: all.slice(count), weights: partWeights(by, reference) };
  };
  const each = (
    references: readonly (Reference | undefined)[],
    change: (protection: ReferenceProtection, reference: Reference) => Reference,
  ): (Reference | undefined)[] =>
    references.map((reference, i) => {
      const protection = protections()[i];
      return reference === undefined || protection === undefined ? reference : change(protection, reference);
    });
  return {
    comparator: () => joinedId(storedBy()),
    protect(reference, key) {
      const { references, supporting, weights } = split(joinedBy(), reference);
      const made = each(references, (protection, own) => protection.protect(own, key));
      const { enrolledAt, samples } = reference;
      return { ...joinReferences(storedBy(), { references: made, supporting, weights }), enrolledAt, samples };
    },
    open(reference, key) {
      const { references, supporting, weights } = split(storedBy(), reference);
      return joinStandIns(joinedBy(), {
        references: each(references, (protection, own) => protection.open(own, key)),
        supporting,
        weights,
      });
    },
  };
}
