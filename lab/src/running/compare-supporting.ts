import type { FeatureSet, SupportingPart } from "@habitus/core";
import { LabError } from "../lab-error.ts";
import type { Probe } from "../protocols/protocol.ts";
import type { RawScores } from "./compare.ts";

/** Somebody's windows by sitting, oldest first. */
export interface PersonOfSittings {
  readonly name: string;
  readonly sittings: readonly (readonly FeatureSet[])[];
}

export interface SupportingOptions {
  /** Sittings to enrol from; the later ones are compared. */
  readonly enrolled: number;
  /** How many other people's later sittings are compared with each reference. */
  readonly others: number;
  /** What of a sitting is enrolled and judged. */
  readonly enrolOf?: (sets: readonly FeatureSet[]) => readonly FeatureSet[];
  readonly judgeOf?: (sets: readonly FeatureSet[]) => readonly FeatureSet[];
}

/** Returns what a part that supports a system says of whole sittings, its llr taken as it is. */
export function compareSupporting<Pending>(
  part: SupportingPart<Pending>,
  people: readonly PersonOfSittings[],
  { enrolled, others, enrolOf = same, judgeOf = same }: SupportingOptions,
): RawScores {
  const rows: { readonly probe: Probe; readonly claimed: number; readonly owner: number; readonly llr: number }[] = [];
  people.forEach(({ sittings }, claimed) => {
    const known = sittings.slice(0, enrolled).flat();
    const made = part.enrol(enrolOf(known), { now: known.at(-1)?.endedAt ?? 0 });
    if (made.kind !== "enrolment")
      throw new LabError("malformedData", `a person has ${made.missing} windows too few to be enrolled`);
    for (let step = 0; step <= others; step += 1) {
      const owner = (claimed + step * 3) % people.length;
      const person = people[owner];
      (person?.sittings ?? []).slice(enrolled).forEach((sets, i) => {
        let sitting: Parameters<typeof part.follow>[2];
        let llr = 0;
        for (const set of judgeOf(sets)) {
          const next = part.follow(made.reference, set, sitting);
          sitting = next.sitting;
          if (next.evidence.kind === "evidence") llr += next.evidence.llr;
        }
        rows.push({ probe: { id: `${person?.name}/${i}`, subject: person?.name, pieces: [] }, claimed, owner, llr });
      });
    }
  });
  const llr = Float64Array.from(rows, (row) => row.llr);
  return {
    subjects: people.map(({ name }) => name),
    probes: rows.map(({ probe }) => probe),
    score: llr,
    llr,
    mated: Uint8Array.from(rows, ({ claimed, owner }) => (claimed === owner ? 1 : 0)),
    claimed: Uint32Array.from(rows, ({ claimed }) => claimed),
    owner: Uint32Array.from(rows, ({ owner }) => owner),
    failedToEnrol: [],
    failuresToAcquire: 0,
    attempts: rows.length,
  };
}

function same(sets: readonly FeatureSet[]): readonly FeatureSet[] {
  return sets;
}
