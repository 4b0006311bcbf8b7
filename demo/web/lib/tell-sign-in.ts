import type { Assessment } from "@habitus/wire";

const WHY: Readonly<Record<string, string>> = {
  pasted: "Pasted words have no rhythm: please type them.",
  filledIn: "Words that the browser filled in have no rhythm: please type them.",
  composed: "With this way of typing keys have no times of their own.",
  softKeyboard: "On this keyboard keys have no times of their own.",
  clockTooCoarse: "Your browser protects its clock, so this is not used here.",
  tooManyCorrections: "That had many corrections: please type the words once more.",
  edited: "Please type the words without going back in them.",
};

/** Returns what to say of the passphrase that was typed last. */
export function tellSignIn(assessment: Pick<Assessment, "signIn"> | undefined): string {
  const { signIn } = assessment ?? {};
  if (!signIn) return "";
  const { absence, repetitions, needed, state, llr } = signIn;
  const why = absence === null ? undefined : WHY[absence];
  if (why !== undefined) return why;
  if (state !== "enrolled" && repetitions === 0)
    return "Seen. It counts once your typing has confirmed that it is you.";
  if (state !== "enrolled") return `Learned ${repetitions} of ${needed} times.`;
  if (llr !== null) return llr > 0 ? "You typed it as usual." : "You typed it differently from usual.";
  return absence === "notEnrolled"
    ? "Learned. Your next sign-in begins with it."
    : "That was typed differently: once more, please.";
}
