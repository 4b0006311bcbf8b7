import type { Experiment } from "./experiment.ts";
import { aalto, cmu, fixed, free, keypad, mobile } from "./keystroke.ts";
import { balabitSessions, circles, sapi } from "./pointer.ts";

/** Experiments whose result is comparisons under protocols. */
export const experiments: readonly Experiment[] = [
  cmu,
  aalto,
  free,
  fixed,
  keypad,
  mobile,
  sapi,
  balabitSessions,
  circles,
];
