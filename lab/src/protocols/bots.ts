import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { fixedBackground } from "./background.ts";
import type { Probe, Protocol } from "./protocol.ts";

/**
 * People against bots: "mated" is a person, "non-mated" a bot. Each condition of the people (device) is tested with the others
 * enrolled. `seen`: the bots learnt from are every second file of all kinds, or those of another folder (`elsewhere`), and the attacks are
 * the others. `unseen-KIND`: that kind was never learnt from.
 */
export function bots(
  recordings: readonly Recording[],
  windows: WindowOptions,
  elsewhere?: readonly Recording[],
): Protocol[] {
  const people = recordings.filter(({ label }) => label === "human");
  const forged = recordings.filter(({ label }) => label !== "human");
  const conditions = [...new Set(people.map(({ subject }) => subject))];
  const kinds = [...new Set(forged.map(({ label }) => label))].sort();
  const enrolments = conditions.map((condition) => people.filter(({ subject }) => subject !== condition));
  const protocol = (
    name: string,
    note: string,
    known: readonly Recording[],
    forgeries: readonly Recording[],
  ): Protocol => {
    const nonMated = forgeries.map(botProbe);
    return {
      name,
      note,
      claims: conditions.map((condition, i) => ({
        subject: condition,
        enrolment: enrolments[i] ?? [],
        mated: people
          .filter(({ subject }) => subject === condition)
          .map((piece) => ({ ...botProbe(piece), subject: condition })),
        nonMated,
      })),
      background: fixedBackground(known, "background: bots of other files, and no person"),
      windows,
      left: {},
    };
  };
  const odd = (_: Recording, i: number): boolean => i % 2 === 1;
  const even = (_: Recording, i: number): boolean => i % 2 === 0;
  const learnt = elsewhere ?? forged.filter(even);
  const attacks = elsewhere === undefined ? forged.filter(odd) : forged;
  return [
    protocol("seen", "bots of the same kinds were learnt from, other files", learnt, attacks),
    ...kinds.map((kind) =>
      protocol(
        `unseen-${kind}`,
        `bots of the kind ${kind}, which was never learnt from`,
        (elsewhere ?? forged).filter(({ label }) => label !== kind),
        forged.filter(({ label }) => label === kind),
      ),
    ),
  ];
}

function botProbe(piece: Recording): Probe {
  return { id: piece.id, subject: undefined, pieces: [piece], species: piece.label };
}
