import type { Visit } from "./visit.svelte.ts";

export interface ShownState {
  readonly title: string;
  readonly text: string;
  readonly tone: "calm" | "good" | "watch" | "alarm";
}

const STATES = {
  off: { title: "Switched off", text: "Nothing is measured.", tone: "calm" },
  start: { title: "Waiting", text: "Write a few lines.", tone: "calm" },
  learning: { title: "Getting to know you", text: "One message is enough: just write.", tone: "calm" },
  waiting: { title: "Knows you", text: "A few words more, and it can say something.", tone: "calm" },
  continue: { title: "It looks like you", text: "Everything is as usual.", tone: "good" },
  observe: { title: "Looking twice", text: "Slightly different from usual.", tone: "watch" },
  stepUp: { title: "Not sure it is you", text: "Please confirm.", tone: "alarm" },
  lock: { title: "Signed out", text: "", tone: "alarm" },
} as const satisfies Record<string, ShownState>;

/** Returns what the page says about the visit. In a stand-in "you" is the simulated owner, and so it says. */
export function readState(visit: Pick<Visit, "me" | "assessment" | "judgement" | "onDevice">): ShownState {
  const { me } = visit;
  const shown = STATES[nameState(visit)];
  if (me.standIn !== true) return shown;
  const title = shown.title.replace("Knows you", "Knows the owner").replace("to know you", "to know the owner");
  const text = shown.text.replace(/^(Write a few|One message).*/, "The simulated owner uses the page.");
  return {
    ...shown,
    title: title.replace(/looks like you|sure it is you/, (words) => words.replace("you", "the owner")),
    text,
  };
}

function nameState({ me, assessment, judgement, onDevice }: Parameters<typeof readState>[0]): keyof typeof STATES {
  if (me.collector === undefined) return "off";
  if (onDevice) {
    const decision = assessment?.decision ?? "noDecision";
    if (decision !== "noDecision") return decision;
    return judgement?.isEnrolled === true ? "waiting" : judgement === undefined ? "start" : "learning";
  }
  const isEnrolled = assessment?.enrolment.state === "enrolled";
  if (assessment === undefined || assessment.seen.events === 0) return isEnrolled ? "waiting" : "start";
  if (assessment.decision !== "noDecision") return assessment.decision;
  return isEnrolled ? "waiting" : "learning";
}
