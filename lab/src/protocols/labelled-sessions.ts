import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Background } from "./background.ts";
import { left } from "./fixed-text.ts";
import { bySubject, type Protocol } from "./protocol.ts";

/**
 * The official protocol of the Balabit challenge: enrol a user's training sessions, one score for each labelled test session of
 * that user, one curve over all. Whose an illegal session is, the data set does not say.
 */
export function labelledSessions(
  recordings: readonly Recording[],
  options: { readonly name: "seen" | "unseen"; readonly windows: WindowOptions; readonly background: Background },
): Protocol {
  const all = bySubject(recordings);
  const able = all.filter(
    ({ recordings: own }) =>
      own.some(({ label }) => label === "training") && own.some(({ label }) => label !== "training"),
  );
  const probes = (own: readonly Recording[], label: string): Recording[] => own.filter((one) => one.label === label);
  return {
    name: options.name,
    note: `enrolled: the training sessions; one score for each labelled test session; ${options.background.note}`,
    claims: able.map(({ name, recordings: own }) => ({
      subject: name,
      enrolment: probes(own, "training"),
      mated: probes(own, "legal").map((piece) => ({ id: piece.id, subject: name, pieces: [piece] })),
      nonMated: probes(own, "illegal").map((piece) => ({ id: piece.id, subject: undefined, pieces: [piece] })),
    })),
    background: options.background,
    windows: options.windows,
    left: left(all.length - able.length, "no training or no test session"),
  };
}
