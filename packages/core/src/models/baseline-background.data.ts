// Written by packages/core/fit/fit-baseline-background.ts: do not edit.

/** Means and covariances of natural logarithms (ms, px, px/s). */
export const BASELINE_BACKGROUND = {
  version: 1,
  keystroke: {
    features: ["iki_mean", "iki_std", "hold_mean", "hold_std"],
    mean: [5.55444, 5.56384, 4.66302, 3.80794],
    between: [
      [0.0856002, 0.131117, 0.00387627, 0.0143143],
      [0.131117, 0.215677, 0.00403156, 0.0226085],
      [0.00387627, 0.00403156, 0.0394786, 0.039463],
      [0.0143143, 0.0226085, 0.039463, 0.0880523],
    ],
    within: [
      [0.0903988, 0.198432, 0.0147381, 0.0602298],
      [0.198432, 0.515586, 0.0305948, 0.123502],
      [0.0147381, 0.0305948, 0.0582523, 0.135493],
      [0.0602298, 0.123502, 0.135493, 0.526738],
    ],
    provenance: {
      source: "Monaco free text, file free_text.csv of github.com/vmonaco/pohmm-keystroke",
      citation: "J. V. Monaco and C. C. Tappert, arXiv:1607.03854 (2016)",
      licence: "BSD-3-Clause",
      people: 55,
      windows: 3300,
      window: "50 keystrokes, not overlapping",
      sha256: "6af431a089c1fb9548147246dd1bd7b5b1d88e169a97be9279b4a5efcbbc797a",
      date: "2026-11-21",
      script: "packages/core/fit/fit-baseline-background.ts",
      limits: "clock of 15.6 ms, 500 keystrokes a session, pauses over 60 s left out by its authors",
    },
  },
  pointer: {
    features: ["mouse_distance_mean", "mouse_distance_std", "mouse_speed_mean", "mouse_speed_std"],
    mean: [2.80385, 3.01534, 7.00679, 7.23173],
    between: [
      [0.109276, 0.121595, 0.0564869, 0.0685649],
      [0.121595, 0.140743, 0.0600586, 0.0789178],
      [0.0564869, 0.0600586, 0.0677697, 0.0709943],
      [0.0685649, 0.0789178, 0.0709943, 0.0814051],
    ],
    within: [
      [0.0411017, 0.0435253, 0.0414034, 0.0433262],
      [0.0435253, 0.0529167, 0.0438214, 0.0526492],
      [0.0414034, 0.0438214, 0.0417242, 0.0436231],
      [0.0433262, 0.0526492, 0.0436231, 0.05239],
    ],
    provenance: {
      source: "simulated people of @habitus/core/attacks, seed 1607",
      people: 200,
      windows: 4800,
      window: "200 moves, not overlapping",
      date: "2026-11-21",
      script: "packages/core/fit/fit-baseline-background.ts",
      limits: "weak: nobody real moved a mouse for this; see attacks/README.md for how near the simulated people come",
    },
  },
};
