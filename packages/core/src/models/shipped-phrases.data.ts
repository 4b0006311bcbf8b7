// Written by packages/core/fit/fit-shipped-phrases.ts: do not edit.

/** How the traits of a typed phrase weigh, in the order of PHRASE_TRAITS. */
export const SHIPPED_PHRASES = {
  id: "shipped-phrases@1",
  weightings: [
    {
      samples: 3,
      offset: -0.655761,
      weights: [
        -2.89693, -1.41398, -0.965286, -2.85303, -0.853546, -5.54345, -3.12875, -2.02007, 1.84125, 1.59012, -0.0471179,
        -1.48007, -1.03217, 1.44892, 0.409856,
      ],
      usual: [
        1.11081, 0.991475, 1.04945, 0.961667, 0.122028, 0.0654435, 0.0706845, 0.0748097, 0.77068, 0.781821, 0.0653916,
        0.266932, 2.53105, 2.53849, 0.271905,
      ],
    },
    {
      samples: 5,
      offset: -0.752772,
      weights: [
        -2.51923, -1.94855, -2.07246, -3.2017, 0.312677, -5.85265, -2.53231, -0.759256, 2.40837, 1.96284, -0.223537,
        -1.88231, -0.997609, 1.62496, 0.210317,
      ],
      usual: [
        1.15025, 1.00775, 1.10592, 0.991181, 0.116724, 0.0643156, 0.067949, 0.0755084, 0.780516, 0.79813, 0.0765426,
        0.234148, 2.57612, 2.62305, 0.281815,
      ],
    },
    {
      samples: 10,
      offset: -0.80411,
      weights: [
        -2.89407, -1.77385, -0.395349, -3.23029, -0.132188, -5.37132, -4.36506, -2.14254, 2.14679, 0.666488, -0.0853002,
        -1.98217, -0.489424, 1.02919, -0.0897309,
      ],
      usual: [
        1.17469, 1.04941, 1.17855, 1.05611, 0.107197, 0.0699521, 0.0684777, 0.0731229, 0.809995, 0.80927, 0.0853318,
        0.218191, 2.61241, 2.72596, 0.296638,
      ],
    },
  ],
  provenance: {
    source: "Monaco keypad and mobile, files keypad.csv and mobile.csv of github.com/vmonaco/pohmm-keystroke",
    citation: "J. V. Monaco and C. C. Tappert, arXiv:1607.03854 (2016)",
    licence: "BSD-3-Clause",
    people: [30, 51],
    repetitions: 1620,
    sha256: [
      "671bd80b9b0ce7b7eecc3d21ca407eea918b00ae36d469cbe11be75f489fe8c3",
      "c000c04e58678323fdccb67b41996951ca887e97cceef7547d5fc0deedea2963",
    ],
    date: "2026-11-21",
    script: "packages/core/fit/fit-shipped-phrases.ts",
  },
};
