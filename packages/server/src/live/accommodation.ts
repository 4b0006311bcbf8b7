import type { FailureToAcquire, FeatureSet, Modality, System, Unusable, Withheld } from "@habitus/core";
import type { Accommodation } from "@habitus/wire";

/** Returns the accommodation if it holds at this instant. */
export function inForce(accommodation: Accommodation | undefined, at: number): Accommodation | undefined {
  return accommodation?.until !== undefined && accommodation.until !== null && at >= accommodation.until
    ? undefined
    : accommodation;
}

/** Returns why a window is left alone, undefined for one that is compared. It is then not kept either. */
export function whyLeftAlone(
  accommodation: Accommodation | undefined,
  window: FeatureSet | FailureToAcquire,
): Extract<Unusable, "modalityWithdrawn" | "accommodated"> | undefined {
  if (accommodation === undefined || window.kind === "failureToAcquire") return undefined;
  const is = (modality: Modality): boolean => modalitiesOf(window).includes(modality);
  if (accommodation.withdrawn.some(is)) return "modalityWithdrawn";
  return accommodation.without.some(is) ? "accommodated" : undefined;
}

/** Returns why nobody is judged at all: everything that the system compares is switched off. */
export function whyNothing(
  accommodation: Accommodation | undefined,
  { modalities }: Pick<System, "modalities">,
): Extract<Withheld, "modalityWithdrawn" | "accommodated"> | undefined {
  if (accommodation === undefined) return undefined;
  const { without, withdrawn } = accommodation;
  const off = (modality: Modality): boolean => without.includes(modality) || withdrawn.includes(modality);
  if (!modalities.every(off)) return undefined;
  return withdrawn.length > 0 ? "modalityWithdrawn" : "accommodated";
}

function modalitiesOf({ keystrokes, pointerEvents }: FeatureSet): Modality[] {
  return [...(keystrokes > 0 ? ["keystroke" as const] : []), ...(pointerEvents > 0 ? ["pointer" as const] : [])];
}
