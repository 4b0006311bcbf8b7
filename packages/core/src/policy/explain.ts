import type { Modality } from "../events/segment.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Reason, ReasonCode } from "./policy.ts";

/** For an analyst. */
const FACTS: Readonly<Record<ReasonCode, string>> = {
  learning: "The subject is not enrolled yet: nobody can be recognised.",
  tooLittleInput: "Too few windows have been compared for a decision.",
  autofillOnly: "The newest input was filled in by the browser: it says nothing about the person.",
  clockTooCoarse: "The browser's clock is too coarse to time keystrokes and steps.",
  typingMatches: "Typing fits the enrolled subject.",
  typingDiffers: "Typing does not fit the enrolled subject.",
  pointerMatches: "Pointer movement fits the enrolled subject.",
  pointerDiffers: "Pointer movement does not fit the enrolled subject.",
  trustBelowStepUp: "Trust is, or was when the step-up was asked for, below the step-up threshold.",
  trustBelowLock: "Trust is below the lock threshold while a step-up is unanswered.",
  stepUpPassed: "The step-up was passed; there is too little input since then for another decision.",
  stepUpFailed: "The step-up was failed.",
  stepUpUnanswered: "The step-up was asked for and never answered.",
  consentWithdrawn: "Consent was withdrawn: nothing is compared.",
  accommodated: "An accommodation for this subject is in force: nothing is compared.",
  paused: "Observation is paused.",
};

/** For the person concerned: no accusation, no figures, and what happens next. */
const GENTLE: Readonly<Record<ReasonCode, string>> = {
  learning: "We are still getting to know how you use this device.",
  tooLittleInput: "There has not been enough to go by yet.",
  autofillOnly: "Your browser filled this in for you, so there was nothing to go by.",
  clockTooCoarse: "Your browser protects its clock, so this check is not used here.",
  typingMatches: "Your typing looks as usual.",
  typingDiffers: "Your typing looks different from usual. That happens: a sore hand or another keyboard is enough.",
  pointerMatches: "Your pointer moves as usual.",
  pointerDiffers: "Your pointer moves differently from usual. Another mouse or a touchpad is enough.",
  trustBelowStepUp: "Something looks different from usual. Please confirm that it is you, then carry on.",
  trustBelowLock: "To be safe we have closed this session. Please sign in again.",
  stepUpPassed: "Thank you for confirming that it is you.",
  stepUpFailed: "We could not confirm that it is you, so this session is closed. Please sign in again.",
  stepUpUnanswered: "We are still waiting for you to confirm that it is you.",
  consentWithdrawn: "You switched this check off. Nothing is observed.",
  accommodated: "This check is set aside for you.",
  paused: "This check is paused.",
};

interface Words {
  readonly noun: string;
  readonly matches: ReasonCode;
  readonly differs: ReasonCode;
}
const WORDS: readonly (readonly [Modality, Words])[] = [
  ["keystroke", { noun: "Typing", matches: "typingMatches", differs: "typingDiffers" }],
  ["pointer", { noun: "Pointer movement", matches: "pointerMatches", differs: "pointerDiffers" }],
];

/** Returns what to tell the person concerned. */
export function gentleText(code: ReasonCode): string {
  return GENTLE[code];
}

/** Returns a reason that is a fact: it has no share in the evidence. */
export function factReason(code: ReasonCode): Reason {
  return { code, share: undefined, text: FACTS[code] };
}

/**
 * Returns one reason per modality in the evidence, the largest share first. A share is the modality's summed llr over the sum of
 * absolute llrs of all windows, so it has the sign of the llr and the absolute shares sum to at most 1.
 */
export function explainEvidence(evidence: readonly Evidence[]): Reason[] {
  let total = 0;
  for (const { llr } of evidence) total += Math.abs(llr);
  const reasons: Reason[] = [];
  for (const [modality, words] of WORDS) {
    const own = evidence.filter(({ modalities }) => modalities.includes(modality));
    if (own.length > 0) reasons.push(explainModality(own, words, total));
  }
  return reasons.sort((left, right) => Math.abs(right.share ?? 0) - Math.abs(left.share ?? 0));
}

function explainModality(own: readonly Evidence[], { noun, matches, differs }: Words, total: number): Reason {
  let llr = 0;
  for (const one of own) llr += one.llr / one.modalities.length;
  const fits = llr >= 0;
  const loudest = loudestFeature(own, fits);
  const windows = own.length === 1 ? "one of the newest windows" : `${own.length} of the newest windows`;
  const text =
    `${noun} ${fits ? "fits" : "does not fit"} the enrolled subject in ${windows} ` +
    `(llr ${llr.toFixed(1)} together${loudest === undefined ? "" : `; ${loudest} spoke loudest`}).`;
  return { code: fits ? matches : differs, share: total === 0 ? 0 : llr / total, text };
}

/** The feature with the largest summed share in the direction of the reason. */
function loudestFeature(evidence: readonly Evidence[], fits: boolean): string | undefined {
  const shares = new Map<string, number>();
  for (const { contributions } of evidence)
    for (const { feature, share } of contributions) shares.set(feature, (shares.get(feature) ?? 0) + share);
  let loudest: string | undefined;
  let most = 0;
  for (const [feature, share] of shares) {
    const inDirection = fits ? share : -share;
    if (inDirection <= most) continue;
    most = inDirection;
    loudest = feature;
  }
  return loudest;
}
