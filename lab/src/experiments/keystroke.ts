import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { cmuPassword } from "../datasets/cmu-password/load.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { monacoFixed, monacoFree, monacoKeypad, monacoMobile } from "../datasets/monaco/load.ts";
import { fixedText } from "../protocols/fixed-text.ts";
import { sentences } from "../protocols/sentences.ts";
import { sittings } from "../protocols/sittings.ts";
import { type Experiment, loadFurther, loadPeople } from "./experiment.ts";
import { PHRASE_WINDOWS, PRINTED_WINDOWS, SENTENCE_WINDOWS, SINGLE_SENTENCE_WINDOWS } from "./windows.ts";

const FOLDS = 5;

/** Killourhy & Maxion and its few-shot forms: the test is the same for all, repetitions 201-400 against 5 of everybody else; and honest discounts. */
export const cmu: Experiment = {
  name: "cmu",
  title: "One password typed 400 times (CMU)",
  async build(options) {
    const { test, background, data } = await loadPeople(cmuPassword, options, { kind: "folds", folds: FOLDS });
    const common = { matedFrom: 200, nonMated: { from: 0, to: 5 }, windows: PHRASE_WINDOWS, background };
    const protocols = [3, 5, 10, 20, 50, 100, 200].map((enrol) => fixedText(test, { ...common, enrol }));
    // What the benchmark flatters: impostors who know the password as well as its owner, and the first attempt of a sitting.
    const discounts = [5, 10, 200].flatMap((enrol) => [
      fixedText(test, { ...common, enrol, nonMated: { from: 395, to: 400 }, suffix: "-practised" }),
      fixedText(test, { ...common, enrol, matedEvery: 50, suffix: "-first" }),
    ]);
    protocols.push(...discounts);
    return { protocols, data, phrase: true };
  },
};

export const aalto: Experiment = {
  name: "aalto",
  title: "Transcribed sentences (Aalto desktop)",
  async build(options) {
    const { test, background, data } = await loadPeople(aaltoDesktop, options, { kind: "halves" });
    const list = [
      { keys: 50, gallery: 1, together: 1 },
      { keys: 50, gallery: 5, together: 1 },
      { keys: 50, gallery: 10, together: 1 },
      { keys: 100, gallery: 5, together: 1 },
      { keys: 50, gallery: 5, together: 5 },
    ] as const;
    const protocols = list.map((one) => {
      const windows = one.gallery === 1 ? SINGLE_SENTENCE_WINDOWS : SENTENCE_WINDOWS;
      return sentences(test, { ...one, windows, background });
    });
    return { protocols, data, phrase: false };
  },
};

/** People of the Aalto set that are enough to learn from besides: more of them hardly change a model. */
const FURTHER_PEOPLE = 300;

/** 50 keystrokes of a later sitting against the sittings enrolled; `P5`: five times as many, together; `first`: how the sitting began. */
export const free: Experiment = {
  name: "monaco-free",
  title: "Free text in six sittings (Monaco)",
  async build(options) {
    const { test, background, data } = await loadPeople(monacoFree, options, { kind: "apart", folds: FOLDS });
    const other = await loadFurther(aaltoDesktop, options, FURTHER_PEOPLE);
    const further = other?.recordings ?? [];
    const protocols = [
      { probeKeys: 50, suffix: "" },
      { probeKeys: 250, suffix: "-P5" },
      { probeKeys: 50, suffix: "-first", firstOnly: true },
    ].flatMap((probes) =>
      [1, 2, 3].map((enrol) =>
        sittings(test, { ...probes, enrol, probesFrom: enrol, windows: PRINTED_WINDOWS, background, further }),
      ),
    );
    return { protocols, data: other === undefined ? data : [...data, other.statement], phrase: false };
  },
};

export const fixed: Experiment = {
  name: "monaco-fixed",
  title: "Short texts in four sittings (Monaco)",
  async build(options) {
    const { test, background, data } = await loadPeople(monacoFixed, options, { kind: "folds", folds: FOLDS });
    const protocols = [1, 2, 3].map((enrol) =>
      sittings(test, { enrol, probesFrom: enrol, probeKeys: 100, windows: SENTENCE_WINDOWS, background }),
    );
    return { protocols, data, phrase: false };
  },
};

export const keypad = number("monaco-keypad", "A telephone number on a keypad (Monaco)", monacoKeypad);
export const mobile = number("monaco-mobile", "A telephone number on a touch screen (Monaco)", monacoMobile);

function number(name: string, title: string, dataset: Dataset): Experiment {
  return {
    name,
    title,
    async build(options) {
      const { test, background, data } = await loadPeople(dataset, options, { kind: "folds", folds: FOLDS });
      const protocols = [3, 5, 10].map((enrol) =>
        fixedText(test, { enrol, matedFrom: 10, nonMated: { from: 10, to: 15 }, windows: PHRASE_WINDOWS, background }),
      );
      return { protocols, data, phrase: true };
    },
  };
}
