import { FIXED_TEXT_SYSTEM } from "../comparison/fixed-text/fixed-text.ts";
import type { Modality } from "../events/segment.ts";
import { CROSS_CHECK } from "../evidence/cross-check.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { featureWords } from "./feature-words.ts";
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
  consentWithdrawn: "Consent was withdrawn: nothing is compared.",
  accommodated: "An accommodation for this subject is in force: nothing is compared.",
  paused: "Observation is paused.",
  decidedOnDevice: "The person's own device judges, and tells only what it decided.",
  deviceSilent: "The person's own device judges, and has said nothing for a while.",
  modalityWithdrawn:
    "The newest input is of a kind that the subject has switched off: it is neither compared nor kept.",
  remoteDesktopSuspected: "Input comes through a remote desktop, which changes its timing: nothing is compared.",
  lookingAgain:
    "Trust is below the step-up threshold on a fast look; another look must confirm it before anything is asked.",
  coolingDown: "A step-up was passed a short time ago: only a confirmed look asks again.",
  gettingToKnow: "The reference is new: only a confirmed look asks for a step-up.",
  signInMatches: "The way the passphrase was typed matches the enrolled subject.",
  signInDiffers: "The way the passphrase was typed differs from the enrolled subject.",
  touchMatches: "Touch fits the enrolled subject.",
  touchDiffers: "Touch does not fit the enrolled subject.",
  usageMatches: "Device usage fits the enrolled subject.",
  usageDiffers: "Device usage does not fit the enrolled subject.",
  keyboardAndPointerAgree: "Keyboard and pointer are used as by one person, the enrolled subject.",
  keyboardAndPointerDisagree:
    "Keyboard and pointer disagree: over the same minutes one fits the enrolled subject and the other does not.",
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
  consentWithdrawn: "You switched this check off. Nothing is observed.",
  accommodated: "This check is set aside for you.",
  paused: "This check is paused.",
  decidedOnDevice: "Your own device makes this check.",
  deviceSilent: "Your own device makes this check, and nothing has been heard of it for a while.",
  modalityWithdrawn: "You switched this part of the check off. It is not observed.",
  remoteDesktopSuspected: "You seem to work on a remote screen, so this check is not used here.",
  lookingAgain: "Something looked a little different. Nothing is asked of you.",
  coolingDown: "You have just confirmed that it is you, so you are not asked again for small differences.",
  gettingToKnow: "We have only just got to know how you use this device, so you are not asked for small differences.",
  signInMatches: "You typed your passphrase as usual.",
  signInDiffers: "You typed your passphrase differently from usual. That happens: haste or another keyboard is enough.",
  touchMatches: "You touch the screen as usual.",
  touchDiffers: "You touch the screen differently from usual. Another hand or a glove is enough.",
  usageMatches: "You use this application as usual.",
  usageDiffers: "You use this application differently from usual. A journey, another device or a new task is enough.",
  keyboardAndPointerAgree: "Your typing and your pointer go together as usual.",
  keyboardAndPointerDisagree:
    "Your typing looks as usual and your pointer does not, or the other way round. A helping hand or another mouse is enough.",
};

interface Words {
  readonly noun: string;
  readonly matches: ReasonCode;
  readonly differs: ReasonCode;
}
const SIGN_IN = "The way the passphrase was typed";
/** What is told of by itself, whichever modalities are in it: a phrase typed at sign-in, and whether modalities agree. */
const BY_SOURCE: Readonly<Record<string, "signIn" | "cross">> = {
  [FIXED_TEXT_SYSTEM]: "signIn",
  [CROSS_CHECK]: "cross",
};
type About = Modality | "signIn" | "cross";
const WORDS: readonly (readonly [About, Words])[] = [
  ["signIn", { noun: SIGN_IN, matches: "signInMatches", differs: "signInDiffers" }],
  ["keystroke", { noun: "Typing", matches: "typingMatches", differs: "typingDiffers" }],
  ["pointer", { noun: "Pointer movement", matches: "pointerMatches", differs: "pointerDiffers" }],
  ["touch", { noun: "Touch", matches: "touchMatches", differs: "touchDiffers" }],
  ["usage", { noun: "Device usage", matches: "usageMatches", differs: "usageDiffers" }],
  [
    "cross",
    {
      noun: "Keyboard and pointer together",
      matches: "keyboardAndPointerAgree",
      differs: "keyboardAndPointerDisagree",
    },
  ],
];

/** Returns what to tell the person concerned. */
export function gentleText(code: ReasonCode): string {
  return GENTLE[code];
}

/** Returns a reason that is a fact: it has no share in the evidence. */
export function factReason(code: ReasonCode): Reason {
  return { code, share: undefined, text: FACTS[code] };
}

/** Which windows are told of: all of them, or what spoke against the subject, though more may have spoken for. */
export type Told = "all" | "against";

/** What of a window's evidence an explanation needs; on a network an absent number is null. */
export interface Telling extends Pick<Evidence, "llr" | "modalities" | "contributions"> {
  readonly sittingLlr?: number | null;
  readonly source?: string;
}

/**
 * Returns one reason per modality in the evidence and one of a sign-in, the largest share first. A share is what its windows said
 * over the sum of what all windows said without signs, so it has the sign of the llr and the absolute shares sum to at most 1. A window
 * says its llr and, where sittings are followed, its sittingLlr.
 */
export function explainEvidence(evidence: readonly Telling[], told: Told = "all"): Reason[] {
  const telling = evidence.map((one) => ({ one, says: saidBy(one, told) })).filter(({ says }) => says !== undefined);
  let total = 0;
  for (const { says = 0 } of telling) total += Math.abs(says);
  const reasons: Reason[] = [];
  for (const [about, words] of WORDS) {
    const own = telling.filter(({ one }) => isAbout(one, about));
    if (own.length > 0) reasons.push(explainModality(own, words, total));
  }
  return reasons.sort((left, right) => Math.abs(right.share ?? 0) - Math.abs(left.share ?? 0));
}

function isAbout({ source = "", modalities }: Telling, about: About): boolean {
  const named = Object.hasOwn(BY_SOURCE, source) ? BY_SOURCE[source] : undefined;
  if (named !== undefined) return about === named;
  return about !== "signIn" && about !== "cross" && modalities.includes(about);
}

function saidBy({ llr, sittingLlr }: Telling, told: Told): number | undefined {
  const sitting = sittingLlr ?? 0;
  if (told === "all") return llr + sitting;
  return llr < 0 || sitting < 0 ? Math.min(0, llr) + Math.min(0, sitting) : undefined;
}

interface Said {
  readonly one: Telling;
  readonly says: number | undefined;
}

function explainModality(own: readonly Said[], { noun, matches, differs }: Words, total: number): Reason {
  let llr = 0;
  for (const { one, says = 0 } of own) llr += one.source === CROSS_CHECK ? says : says / one.modalities.length;
  const fits = llr >= 0;
  const loudest = loudestFeature(
    own.map(({ one }) => one),
    fits ? "for" : "against",
  );
  const windows = own.length === 1 ? "one of the newest windows" : `${own.length} of the newest windows`;
  const where = noun === SIGN_IN ? "at sign-in" : `in ${windows}`;
  const text =
    `${noun} ${fits ? "fits" : "does not fit"} the enrolled subject ${where} ` +
    `(llr ${llr.toFixed(1)} together${loudest === undefined ? "" : `; ${featureWords(loudest)} spoke loudest`}).`;
  return { code: fits ? matches : differs, share: total === 0 ? 0 : llr / total, nats: llr, text };
}

/** Returns the feature with the largest summed share for the enrolled subject, or against; undefined where none is. */
export function loudestFeature(
  evidence: readonly Pick<Telling, "contributions">[],
  direction: "for" | "against",
): string | undefined {
  const shares = new Map<string, number>();
  for (const { contributions } of evidence)
    for (const { feature, share } of contributions) shares.set(feature, (shares.get(feature) ?? 0) + share);
  let loudest: string | undefined;
  let most = 0;
  for (const [feature, share] of shares) {
    const inDirection = direction === "for" ? share : -share;
    if (inDirection <= most) continue;
    most = inDirection;
    loudest = feature;
  }
  return loudest;
}
