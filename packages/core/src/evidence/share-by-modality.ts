import { FIXED_TEXT_SYSTEM } from "../comparison/fixed-text/fixed-text.ts";
import type { Modality } from "../events/segment.ts";
import { CROSS_CHECK } from "./cross-check.ts";
import type { Evidence } from "./evidence.ts";

/** What evidence is about: one modality, `together` where it is whether several agree, `signIn` where it is a passphrase. */
export type EvidenceAbout = Modality | "together" | "signIn";

/** Sources that tell more than the modalities do. */
const ABOUT: Readonly<Record<string, readonly EvidenceAbout[]>> = {
  [CROSS_CHECK]: ["together"],
  [FIXED_TEXT_SYSTEM]: ["signIn"],
};

export interface ModalityShare {
  readonly about: EvidenceAbout;
  readonly windows: number;
  /** What its windows added for (above 0) or against the enrolled subject, natural log, those about the sitting included. */
  readonly llr: number;
  /** The same over the sum of what all windows said without signs: has the sign of the llr, absolute shares sum to at most 1. */
  readonly share: number;
  /** It adds to what the others say and decides nothing by itself. */
  readonly supporting: boolean;
}

/** Returns what each modality said in these windows, the loudest first; one without windows is left out. */
export function shareByModality(
  evidence: readonly Pick<Evidence, "llr" | "sittingLlr" | "modalities" | "source" | "supporting">[],
): ModalityShare[] {
  const sums = new Map<EvidenceAbout, { windows: number; llr: number; supporting: boolean }>();
  let total = 0;
  for (const { llr, sittingLlr = 0, modalities, source, supporting = false } of evidence) {
    const about = ABOUT[source] ?? modalities;
    total += Math.abs(llr + sittingLlr);
    for (const one of about) {
      const sum = sums.get(one) ?? { windows: 0, llr: 0, supporting };
      sums.set(one, { ...sum, windows: sum.windows + 1, llr: sum.llr + (llr + sittingLlr) / about.length });
    }
  }
  return [...sums]
    .map(([about, { windows, llr, supporting }]) => ({
      about,
      windows,
      llr,
      share: total === 0 ? 0 : llr / total,
      supporting,
    }))
    .sort((left, right) => Math.abs(right.llr) - Math.abs(left.llr));
}
