import type { PolicyContext } from "@habitus/core";
import type { PolicyRecord, Simulation } from "@habitus/wire";
import type { Tone } from "./words.ts";

export type Point = Simulation["points"][number];

export const CONTEXT_WORDS: Readonly<Record<PolicyContext, readonly [name: string, what: string]>> = {
  routine: ["Routine", "ordinary pages"],
  sensitive: ["Sensitive", "for example a transfer above a limit"],
  admin: ["Administration", "rights and settings"],
};

export const ROLE_WORDS: Readonly<Record<PolicyRecord["role"], readonly [text: string, tone: Tone]>> = {
  live: ["live", "good"],
  shadow: ["shadow: only watches", "watch"],
  off: ["off", "calm"],
};

const BOUND_WORDS: Readonly<Record<PolicyRecord["compiled"]["routine"]["bound"], string>> = {
  none: "The target alone says where the threshold is.",
  neverBelow: "The target would put the threshold lower; below this trust somebody is always asked.",
  missCost: "The target would allow more questions; above this trust they cost more than they save.",
  population: "One person's threshold stays near everybody's.",
};
export const boundWords = (bound: PolicyRecord["compiled"]["routine"]["bound"]): string => BOUND_WORDS[bound];

const few = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 0 });

/** Two digits are all that a simulation knows. */
export const about = (n: number): string => (n >= 100 ? String(Math.round(n)) : few.format(n));
export const share = (n: number): string => percent.format(n);

/** Returns the target as a sentence's end: how often the owner may be asked in vain. */
export function targetWords({
  atMost,
  per,
}: PolicyRecord["targets"]["contexts"]["routine"]["falseChallenges"]): string {
  if (per === "userMonth") return `${about(atMost)} per user and month`;
  return atMost >= 1 ? `${about(atMost)} per active hour` : `one in ${about(1 / atMost)} active hours`;
}

/** Returns when take-overs would have been noticed. */
export function noticedWords({ takeOvers, missed, medianSeconds, medianKeystrokes }: Point): string {
  if (takeOvers === 0) return "none is known";
  if (medianSeconds === null || medianKeystrokes === null) return "never";
  const after = `after ${Math.round(medianSeconds)} s or ${Math.round(medianKeystrokes)} keys (median)`;
  return missed === 0 ? after : `${after}, ${missed} of ${takeOvers} never`;
}
