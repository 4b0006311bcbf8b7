import type { Probe, Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "../running/compare.ts";
import type { WindowScore } from "../systems/lab-system.ts";
import type { Followed } from "./follow.ts";
import { type Continuous, takeOvers } from "./streams.ts";

/** Returns what is followed as a protocol for the file: mated is the genuine stretch, non-mated each take-over with its moment. */
export function asProtocol(continuous: Continuous): Protocol {
  const { name, note, stretches, background, windows } = continuous;
  return {
    name,
    note,
    background,
    windows,
    left: {},
    claims: stretches.map(({ subject, enrolment, use }, index) => ({
      subject,
      enrolment,
      mated: [{ id: use.id, subject, pieces: [] }],
      nonMated: takeOvers(continuous, index).map(({ impostor, stream, at }) => ({
        id: `${stream.id}@${at}`,
        subject: impostor,
        pieces: [],
      })),
    })),
  };
}

/** Returns the score of each window for the file, named by its stream and place; a window before the take-over is mated. */
export function asScores(followed: readonly Followed[]): RawScores {
  const subjects = [...new Set(followed.map(({ subject }) => subject))];
  const place = new Map(subjects.map((subject, i) => [subject, i]));
  const rows: {
    readonly probe: Probe;
    readonly window: WindowScore;
    readonly claimed: number;
    readonly mated: boolean;
  }[] = [];
  followed.forEach(({ subject, genuine, takeOvers: attempts }, session) => {
    const claimed = place.get(subject) ?? 0;
    genuine.forEach((window, i) => {
      rows.push({ probe: { id: `${subject}/use${session}#${i}`, subject, pieces: [] }, window, claimed, mated: true });
    });
    for (const { impostor, windows, at } of attempts)
      windows.forEach((window, i) => {
        const mated = window.endedAt < at;
        const probe = {
          id: `${subject}/use${session}+${impostor}/use#${i}`,
          subject: mated ? subject : impostor,
          pieces: [],
        };
        rows.push({ probe, window, claimed, mated });
      });
  });
  return {
    subjects,
    probes: rows.map(({ probe }) => probe),
    score: Float64Array.from(rows, ({ window }) => window.score),
    llr: Float64Array.from(rows, ({ window }) => window.llr),
    mated: Uint8Array.from(rows, ({ mated }) => (mated ? 1 : 0)),
    claimed: Uint32Array.from(rows, ({ claimed }) => claimed),
    owner: Uint32Array.from(rows, ({ probe }) => place.get(probe.subject ?? "") ?? subjects.length),
    failedToEnrol: [],
    failuresToAcquire: 0,
    attempts: rows.length,
  };
}
