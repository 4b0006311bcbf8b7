import { aaltoDesktop } from "./aalto-desktop/load.ts";
import { balabit } from "./balabit/load.ts";
import { cmuPassword } from "./cmu-password/load.ts";
import type { Dataset } from "./dataset.ts";
import { delbotCircles } from "./delbot-circles/load.ts";
import { monacoFixed, monacoFree, monacoKeypad, monacoMobile } from "./monaco/load.ts";
import { sapimouse } from "./sapimouse/load.ts";

/** All data sets the lab can read. */
export const datasets: readonly Dataset[] = [
  cmuPassword,
  aaltoDesktop,
  monacoFree,
  monacoFixed,
  monacoKeypad,
  monacoMobile,
  sapimouse,
  balabit,
  delbotCircles,
];
