import { compareTogether, type PldaModel, type Reference } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Features, Fitted, ProbeScore } from "../systems/lab-system.ts";
import { enrolTyping } from "../systems/typing-recipe.ts";

/** Returns sentences enrolled and judged with a model; all are of one sitting. */
export function judgeTyping(model: PldaModel, prepare: (piece: Recording) => Features): Fitted<Features, Reference> {
  return {
    prepare,
    enrol: (own) => {
      const sets = own.flat();
      const made = enrolTyping(model, sets, { now: sets.at(-1)?.endedAt ?? 0 });
      return made.kind === "enrolment" ? { kind: "enrolled", reference: made.reference } : made;
    },
    compare: (reference, probes) =>
      probes.map((own): ProbeScore | undefined => {
        const llr = compareTogether(model, reference, { probes: own.flat(), same: true });
        return llr === undefined ? undefined : { llr, score: llr };
      }),
  };
}
