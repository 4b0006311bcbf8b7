import { createHash, randomBytes } from "node:crypto";
import {
  account,
  type Background,
  encodeBackground,
  type PrivacyBudget,
  type PrivacyPromise,
  type Random,
  shippedTyping,
} from "@habitus/core";
import { fitPrivatePlda } from "@habitus/core/fit";
import type { OwnPeople } from "./fit-own.ts";
import { type OwnSittings, tableOf } from "./fit-own-typing.ts";

export interface PrivateOptions {
  readonly budget: PrivacyBudget;
  /** What was promised when backgrounds of these people were learnt before: all of it counts. */
  readonly earlier?: PrivacyPromise | undefined;
  /** Another source of noise than the system's, for tests. */
  readonly random?: Random;
}

/**
 * Returns what these people in general type like, learnt beside the shipped background so that nobody can tell of any one of them whether
 * they were among them. Its people are counted with noise, and how many windows and sittings they had is not said.
 */
export function fitPrivateTyping(
  people: OwnSittings,
  { application, date, software }: Omit<OwnPeople, "onProgress">,
  { budget, earlier, random = unforeseeable }: PrivateOptions,
): Background {
  const made = fitPrivatePlda(tableOf(people).table, { id: "unnamed", base: shippedTyping().model, budget, random });
  const now = made.releases.map(({ what, mu }) => ({ what: `${what}, ${date}`, mu }));
  const releases = [...(earlier?.releases ?? []), ...now];
  const privacy: PrivacyPromise = {
    unit: "person",
    mechanism: "Gaussian noise on clipped sums and histograms, beside the shipped background",
    epsilon: account(releases, budget.delta).epsilon,
    delta: budget.delta,
    clip: made.clip,
    releases,
  };
  const provenance = {
    data: [{ name: `subjects of ${application}`, terms: "the consent of each" }],
    people: made.people,
    windows: 0,
    furtherSittings: 0,
    fittedAt: date,
    software,
    note: "Learnt from the stored feature sets of a service's own people with differential privacy: people are counted with noise, windows and sittings are not told.",
    privacy,
  };
  const digest = createHash("sha256")
    .update(encodeBackground({ provenance, model: made.model }))
    .digest("hex")
    .slice(0, 8);
  return { provenance, model: { ...made.model, id: `own-private-${digest}` } };
}

/** 53 bits of the system's generator. */
function unforeseeable(): number {
  const bytes = randomBytes(8);
  return (bytes.readUInt32BE(0) * 2 ** 21 + (bytes.readUInt32BE(4) >>> 11)) / 2 ** 53;
}
