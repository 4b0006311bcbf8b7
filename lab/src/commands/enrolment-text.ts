import { type FeatureSet, moments } from "@habitus/core";
import { mean, shown, WORST } from "./wording.ts";

export interface EnrolledPerson {
  readonly subject: string;
  readonly sets: readonly FeatureSet[];
}

interface EnrolmentFacts {
  readonly need: number;
  readonly enough: number;
  readonly failed: readonly string[];
  readonly fnmr: ReadonlyMap<string, number>;
}

/** Says how much everybody enrolled, how alike it is, and what that has to do with rejections. */
export function enrolmentText(
  people: readonly EnrolledPerson[],
  { need, enough, failed, fnmr }: EnrolmentFacts,
): string {
  const rejected = (some: readonly { readonly subject: string }[]): string => {
    const rates = some.map(({ subject }) => fnmr.get(subject) ?? Number.NaN).filter(Number.isFinite);
    return rates.length === 0 ? "unknown" : shown(mean(rates));
  };
  const half = [...people].sort((a, b) => a.sets.length - b.sets.length);
  const middle = Math.floor(half.length / 2);
  const uneven = spreads(people)
    .filter(({ spread }) => Number.isFinite(spread))
    .sort((a, b) => b.spread - a.spread);
  const sizes = people.map(({ sets }) => sets.length).sort((a, b) => a - b);
  const few = sizes.filter((size) => size < enough).length;
  const bySize =
    sizes[0] === sizes.at(-1)
      ? ""
      : `\n  FNMR at FMR 1 %: ${rejected(half.slice(0, middle))} of the half with fewer windows, ${rejected(half.slice(middle))} of the half with more.`;
  return `Enrolment: median ${sizes[Math.floor(sizes.length / 2)] ?? 0} windows (fewest ${sizes[0] ?? 0}, most ${sizes.at(-1) ?? 0}); ${need} are needed, ${enough} are enough.
  ${few} of ${people.length} people have fewer than enough; ${failed.length} could not be enrolled${failed.length === 0 ? "" : `: ${failed.slice(0, WORST).join(", ")}${failed.length > WORST ? ", ..." : ""}`}.${bySize}
  least alike within their own enrolment (spread over everybody's usual one): ${uneven
    .slice(0, WORST)
    .map(({ subject, spread }) => `${subject} ${spread.toFixed(2)}`)
    .join(", ")}; FNMR at FMR 1 % of the more uneven half ${rejected(uneven.slice(0, middle))}\n`;
}

/** Returns each person's mean spread over the features, each over the mean spread of everybody. */
function spreads(people: readonly EnrolledPerson[]): { readonly subject: string; readonly spread: number }[] {
  const columns = people[0]?.sets[0]?.values.length ?? 0;
  const own = people.map(({ sets }) => Array.from({ length: columns }, (_, column) => spreadIn(sets, column)));
  const usual = Array.from({ length: columns }, (_, column) =>
    mean(own.map((one) => one[column] ?? Number.NaN).filter(Number.isFinite)),
  );
  return people.map(({ subject }, i) => ({
    subject,
    spread: mean((own[i] ?? []).map((one, column) => one / (usual[column] ?? 1)).filter(Number.isFinite)),
  }));
}

function spreadIn(sets: readonly FeatureSet[], column: number): number {
  return moments(sets.map(({ values }) => values[column] ?? Number.NaN).filter((value) => !Number.isNaN(value))).std;
}
