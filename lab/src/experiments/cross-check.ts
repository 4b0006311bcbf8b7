import { calibratedCross, crossLlr, togetherLlr } from "@habitus/core";
import { LabError } from "../lab-error.ts";
import { fixedBackground } from "../protocols/background.ts";
import type { Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "../running/compare.ts";
import { type Judged, judge } from "../running/row.ts";
import { fusion } from "./fusion.ts";
import { checkNames, differences, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const CHIMERIC =
  "chimeric: each made-up person types like one volunteer and points like another, so that the two are independent, as the cross-check assumes";

/** What is asked of a pair of likelihood ratios, of keyboard and pointer over the same time. */
interface Question {
  readonly name: string;
  readonly note: string;
  /** Whether somebody else who does both counts as the same person, or is left out. */
  readonly othersToo: boolean;
  readonly score: (keystroke: number, pointer: number) => number;
}
const QUESTIONS: readonly Question[] = [
  {
    name: "one-or-two",
    note: "one person at keyboard and pointer, the owner or another, against two people, one of whom is the owner",
    othersToo: true,
    score: (x, y) => togetherLlr(calibratedCross, x, y),
  },
  {
    name: "owner-or-two-sum",
    note: "the owner at both against two people, by the sum of the two ratios",
    othersToo: false,
    score: (x, y) => x + y,
  },
  {
    name: "owner-or-two-checked",
    note: "the same by the sum and the cross-check",
    othersToo: false,
    score: (x, y) => x + y + crossLlr(calibratedCross, x, y),
  },
];

/** Whether keyboard and pointer are told to be of two people: on the comparisons of the experiment `fusion`. */
export const crossCheckExperiment: Runnable = {
  name: "cross-check",
  title: "One person or two at keyboard and pointer (chimeric persons)",
  async run(context) {
    const wanted = checkNames(
      QUESTIONS.map(({ name }) => name),
      context.protocols,
    );
    const scores = new Map<string, { keystroke?: RawScores; pointer?: RawScores }>();
    const { data } = await fusion.run({
      ...context,
      protocols: ["keystroke", "pointer"],
      onScores: async (system, protocol, raw) => {
        scores.set(system, { ...scores.get(system), [protocol]: raw });
      },
      onProtocol: async () => undefined,
    });
    const judged: Judged[] = [];
    for (const { name, keystroke, pointer } of pairs(scores))
      for (const question of QUESTIONS.filter((one) => wanted.includes(one.name))) {
        const raw = ask(question, keystroke, pointer);
        await context.onScores(name, question.name, raw);
        judged.push(judge(raw, { protocol: protocolOf(question), system: { name, version: 1 }, seed: context.seed }));
      }
    if (judged.length === 0)
      throw new LabError(
        "usage",
        "No system named here judges both: --system habitus --system habitus-pointer, for one.",
      );
    return {
      rows: judged.map(({ row }) => ({ ...row, chimeric: true })),
      data,
      differences: differences(judged),
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

/** Systems that did both, and each that only typed with each that only pointed. */
function pairs(scores: ReadonlyMap<string, { readonly keystroke?: RawScores; readonly pointer?: RawScores }>) {
  return [...scores].flatMap(([one, { keystroke, pointer: own }]) => {
    if (keystroke === undefined) return [];
    if (own !== undefined) return [{ name: one, keystroke, pointer: own }];
    return [...scores].flatMap(([other, { keystroke: typed, pointer }]) =>
      typed !== undefined || pointer === undefined ? [] : [{ name: `${one}+${other}`, keystroke, pointer }],
    );
  });
}

function ask({ score, othersToo }: Question, keys: RawScores, moves: RawScores): RawScores {
  const rows: { place: number; llr: number; one: boolean; owner: number }[] = [];
  const add = (k: number, m: number, one: boolean): void => {
    const llr = score(keys.llr[k] ?? Number.NaN, moves.llr[m] ?? Number.NaN);
    const stranger = keys.mated[k] === 1 ? m : k;
    rows.push({ place: k, llr, one, owner: one ? (keys.claimed[k] ?? 0) : (keys.owner[stranger] ?? 0) });
  };
  keys.subjects.forEach((_, claim) => {
    const own = places(keys, claim, 1);
    const others = places(keys, claim, 0);
    for (const k of own) add(k, k, true);
    if (othersToo) for (const k of others) add(k, k, true);
    others.forEach((other, i) => {
      const mine = own[i % own.length];
      if (mine === undefined) return;
      add(mine, other, false);
      add(other, mine, false);
    });
  });
  const llr = Float64Array.from(rows, (row) => row.llr);
  return {
    ...keys,
    probes: rows.map(({ place }) => keys.probes[place]).filter((probe) => probe !== undefined),
    score: llr,
    llr,
    mated: Uint8Array.from(rows, ({ one }) => (one ? 1 : 0)),
    claimed: Uint32Array.from(rows, ({ place }) => keys.claimed[place] ?? 0),
    owner: Uint32Array.from(rows, ({ owner }) => owner),
    attempts: rows.length,
    failuresToAcquire: llr.filter(Number.isNaN).length,
  };
}

function places({ claimed, mated }: RawScores, claim: number, kind: 0 | 1): number[] {
  return Array.from(claimed, (_, i) => i).filter((i) => claimed[i] === claim && mated[i] === kind);
}

function protocolOf({ name, note }: Question): Protocol {
  return {
    name,
    note: `${note}; ${CHIMERIC}`,
    claims: [],
    background: fixedBackground([], "background: as in the experiment fusion"),
    windows: SENTENCE_WINDOWS,
    left: {},
  };
}
