import type { Reference } from "../comparison/comparator.ts";
import { standIn } from "../comparison/plda/plda-comparator.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { joinProfiles, splitProfiles, standInProfiles } from "../comparison/plda/profiles.ts";
import {
  CODE_BITS,
  isProtected,
  openProtected,
  protectedId,
  protectReference,
} from "../privacy/protected-reference.ts";
import type { ReferenceProtection } from "./system.ts";

/**
 * Returns how references of typing are stored as codes, all profiles of a subject with the same key. What `open` returns is for comparing in memory; to
 * be stored again it is protected again, which leaves what is a code already as it is.
 */
export function protectProfiles(model: () => PldaModel, bits = CODE_BITS): ReferenceProtection {
  const comparator = (): string => protectedId(model(), bits);
  return {
    comparator,
    protect: (reference, key) =>
      joinProfiles(
        splitProfiles(reference).map(({ since, reference: own }) => ({
          since,
          reference: isProtected(own)
            ? { ...own, comparator: comparator() }
            : protectReference(model(), own, { key, bits }),
        })),
      ),
    open: (reference, key): Reference =>
      standInProfiles(
        splitProfiles(reference).map(({ since, reference: own }) => ({
          since,
          reference: standIn(model(), own, openProtected(model(), own, { key, bits })),
        })),
      ),
  };
}
