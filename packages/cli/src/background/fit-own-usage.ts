import { createHash } from "node:crypto";
import { cutSittings, encodeUsageBackground, type FeatureSet, type UsageBackground, usage } from "@habitus/core";
import { fitUsage } from "@habitus/core/fit";
import type { OwnPeople } from "./fit-own.ts";

/** Fewer people, or fewer sittings of each, teach less of seventeen habits than what is shipped. */
const FEWEST_PEOPLE = 50;
const FEWEST_SITTINGS = 5;

export type OwnUsage =
  | { readonly kind: "learnt"; readonly background: UsageBackground }
  | { readonly kind: "tooLittle"; readonly why: string };

/** Returns how these people in general use a device, or in a sentence why too little is known of it. */
export function fitOwnUsage(
  people: readonly (readonly FeatureSet[])[],
  { application, date, software }: Omit<OwnPeople, "onProgress">,
): OwnUsage {
  const able = people
    .map((sets) => cutSittings(sets.filter(usage.isOwn)))
    .filter(({ length }) => length >= FEWEST_SITTINGS);
  if (able.length < FEWEST_PEOPLE) {
    const known = `${able.length} people were seen using it in ${FEWEST_SITTINGS} sittings or more`;
    const why = `Usage was not learnt, the shipped background judges it: ${known}, at least ${FEWEST_PEOPLE} are needed.`;
    return { kind: "tooLittle", why };
  }
  const provenance = {
    data: [{ name: `subjects of ${application}`, terms: "the consent of each" }],
    people: able.length,
    windows: able.flat(2).length,
    furtherSittings: able.flat().length - able.length,
    fittedAt: date,
    software,
    note: "Learnt from the stored feature sets of a service's own people.",
  };
  const model = fitUsage(
    able.map((sittings) => ({ sittings })),
    "unnamed",
  );
  const digest = createHash("sha256").update(encodeUsageBackground({ provenance, model })).digest("hex").slice(0, 8);
  return {
    kind: "learnt",
    background: { provenance, model: { ...model, id: `own-usage-${able.length}-${digest}` } },
  };
}
