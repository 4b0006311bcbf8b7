import { continuousKeystroke, continuousPointer } from "./continuous.ts";
import { crossCheckExperiment } from "./cross-check.ts";
import { fusion } from "./fusion.ts";
import { aalto, cmu, fixed, free, keypad, mobile } from "./keystroke.ts";
import { leakExperiment } from "./leak.ts";
import { balabitSessions, circles, sapi } from "./pointer.ts";
import { privateBackground } from "./private-background.ts";
import { protectExperiment } from "./protect.ts";
import { quantiseExperiment } from "./quantise.ts";
import { type Runnable, runnable } from "./runnable.ts";
import { touchExperiment } from "./touch.ts";
import { usageExperiment } from "./usage.ts";

/** All experiments by name. */
export const runnables: readonly Runnable[] = [
  ...[cmu, aalto, free, fixed, keypad, mobile, sapi, balabitSessions, circles].map(runnable),
  continuousKeystroke,
  continuousPointer,
  fusion,
  crossCheckExperiment,
  touchExperiment,
  usageExperiment,
  protectExperiment,
  privateBackground,
  quantiseExperiment,
  leakExperiment,
];

export function findRunnable(name: string): Runnable | undefined {
  return runnables.find((one) => one.name === name);
}
