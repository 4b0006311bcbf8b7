import { createRandom, latentOf, type PldaModel } from "@habitus/core";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { keysLeft } from "../privacy/guess-keys.ts";
import { type Guesser, guessBySets, guessByZones, type Typed } from "../privacy/guess-sentences.ts";
import { keyCodes, sentenceOf } from "../privacy/read-sentences.ts";
import { meanOf } from "../privacy/steal-codes.ts";
import { typingModel, typingOf } from "../privacy/typing-models.ts";
import { fixedBackground } from "../protocols/background.ts";
import type { Protocol } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import type { RawScores } from "../running/compare.ts";
import { type Judged, judge } from "../running/row.ts";
import { loadPeople, testFolder } from "./experiment.ts";
import { checkNames, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

/** Sentences to choose from: those that most people typed. */
const SENTENCES = 500;
const EXAMPLES = 5;
const PROBES = 2;
/** Keystrokes by which a window begins later than the sentence, where it does: windows do not wait for sentences. */
const LATER = 12;
const TIERS = ["device", "features", "features-values", "features-later", "latent", "events", "events-later"] as const;

/** What the events and the feature sets of typing, which hold no letter, say about the text all the same. */
export const leakExperiment: Runnable = {
  name: "leak",
  title: "Guessing which sentence was typed from what a service receives (Aalto desktop)",
  async run(context) {
    const wanted = checkNames(["sentence"], context.protocols);
    const { test, background, data } = await loadPeople(aaltoDesktop, context, { kind: "halves" });
    const root = testFolder(context.folders);
    const sentences = await sentenceOf(root);
    const known = typedOf(background.recordings(""), sentences);
    const tested = typedOf(test, sentences);
    const later = typedOf(test, sentences, LATER);
    const chosen = mostTyped(known, tested);
    const examples = take(known, chosen, EXAMPLES);
    const model = typingModel(background.recordings(""));
    const probesOf = (tier: string) => {
      const taken = take(tier.endsWith("later") ? later : tested, chosen, PROBES);
      return tier === "latent" ? taken.map((one) => placed(model, one)) : taken;
    };
    const examplesOf = (tier: string) => (tier === "latent" ? examples.map((one) => placed(model, one)) : examples);
    const codes = await keyCodes(root);
    const codesOf = (list: readonly Recording[]) => list.map(({ id }) => codes.get(id) ?? []);
    const keys = keysLeft(codesOf(background.recordings("")), codesOf(test));
    const judged: Judged[] = [];
    for (const tier of wanted.length === 0 ? [] : TIERS) {
      context.progress.at(judged.length / TIERS.length, `leak: ${tier}`);
      const probes = probesOf(tier);
      const scores = probes.map(guesserOf(tier, { examples: examplesOf(tier), chosen, seed: context.seed }));
      const one = judge(rawOf(probes, scores, chosen), {
        protocol: PROTOCOL,
        system: { name: tier, version: 1 },
        seed: context.seed,
      });
      const figures = guessed(probes, scores, { chosen, seed: context.seed });
      judged.push({ ...one, row: { ...one.row, ...figures, ...(tier === "events" && keys) } });
    }
    return {
      rows: judged.map(({ row }) => row),
      data,
      differences: [],
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

const PROTOCOL: Protocol = {
  name: "sentence",
  note: `which of ${SENTENCES} known sentences was copied, by somebody who has ${EXAMPLES} other people's copies of each; the first 50 keystrokes; later: 50 from keystroke ${LATER + 1} on; values: what is missing cannot be seen; latent: only where the window lies among people`,
  claims: [],
  background: fixedBackground([], "copies of the other half of the people"),
  windows: SENTENCE_WINDOWS,
  left: {},
};

function typedOf(recordings: readonly Recording[], sentences: ReadonlyMap<string, number>, from = 0): Typed[] {
  return recordings.flatMap((recording) => {
    const piece = sliceKeys(recording, from, from + 50);
    const sentence = sentences.get(recording.id);
    const [set] = typingOf(piece);
    if (sentence === undefined || set === undefined || piece.keys === undefined) return [];
    return [{ subject: recording.subject, sentence, zones: piece.keys.zone, set }];
  });
}

function mostTyped(known: readonly Typed[], tested: readonly Typed[]): number[] {
  const counts = new Map<number, readonly [number, number]>();
  const add = (list: readonly Typed[], side: 0 | 1): void => {
    for (const { sentence } of list) {
      const [left, right] = counts.get(sentence) ?? [0, 0];
      counts.set(sentence, side === 0 ? [left + 1, right] : [left, right + 1]);
    }
  };
  add(known, 0);
  add(tested, 1);
  return [...counts]
    .filter(([, [examples, probes]]) => examples >= EXAMPLES && probes >= PROBES)
    .sort(([a, [x, y]], [b, [z, w]]) => z + w - x - y || a - b)
    .slice(0, SENTENCES)
    .map(([sentence]) => sentence);
}

function take(list: readonly Typed[], chosen: readonly number[], most: number): Typed[] {
  const counts = new Map(chosen.map((sentence) => [sentence, 0]));
  return list.filter(({ sentence }) => {
    const count = counts.get(sentence);
    if (count === undefined || count >= most) return false;
    counts.set(sentence, count + 1);
    return true;
  });
}

/** Only where a window lies in the model of people: what references are sums of. */
function placed(model: PldaModel, one: Typed): Typed {
  return { ...one, set: { ...one.set, values: latentOf(model, one.set.values) } };
}

interface Guessing {
  readonly examples: readonly Typed[];
  readonly chosen: readonly number[];
  readonly seed: number;
}

function guesserOf(tier: (typeof TIERS)[number], { examples, chosen, seed }: Guessing): Guesser {
  if (tier.startsWith("events")) return guessByZones(examples, chosen);
  if (tier === "latent" || tier.startsWith("features"))
    return guessBySets(examples, chosen, {
      seesMissing: tier === "features-values" || tier === "latent" ? "no" : "yes",
    });
  // Nothing leaves the page: whoever guesses can only draw.
  const random = createRandom(seed);
  return () => Float64Array.from(chosen, () => random());
}

/** Comparisons of every probe with every sentence: mated = with the one that was typed. */
function rawOf(probes: readonly Typed[], scores: readonly Float64Array[], chosen: readonly number[]): RawScores {
  const subjects = [...new Set(probes.map(({ subject }) => subject))];
  const place = new Map(subjects.map((subject, i) => [subject, i]));
  const rows = probes.flatMap(({ subject, sentence }, i) =>
    chosen.map((one, j) => ({
      owner: place.get(subject) ?? 0,
      mated: one === sentence ? 1 : 0,
      score: scores[i]?.[j] ?? 0,
    })),
  );
  return {
    subjects,
    probes: [],
    score: Float64Array.from(rows, ({ score }) => score),
    llr: new Float64Array(rows.length),
    mated: Uint8Array.from(rows, ({ mated }) => mated),
    claimed: Uint32Array.from(rows, ({ owner }) => owner),
    owner: Uint32Array.from(rows, ({ owner }) => owner),
    failedToEnrol: [],
    failuresToAcquire: 0,
    attempts: rows.length,
  };
}

/** Shares guessed right at the first and within ten guesses, and the bits that scores say of log2(sentences), scaled on one half of the probes for the other. */
function guessed(
  probes: readonly Typed[],
  scores: readonly Float64Array[],
  { chosen, seed }: { readonly chosen: readonly number[]; readonly seed: number },
) {
  const rightAt = probes.map(({ sentence }) => chosen.indexOf(sentence));
  const ranks = scores.map((own, i) => {
    const right = own[rightAt[i] ?? 0] ?? 0;
    return own.reduce(
      (better, score, j) => (score > right || (score === right && j < (rightAt[i] ?? 0)) ? better + 1 : better),
      0,
    );
  });
  const bitsAt = (i: number, scale: number): number => {
    const own = scores[i] ?? new Float64Array(0);
    const most = own.reduce((largest, score) => Math.max(largest, score), Number.NEGATIVE_INFINITY);
    const total = own.reduce((sum, score) => sum + Math.exp(scale * (score - most)), 0);
    return Math.log2(chosen.length) + (scale * ((own[rightAt[i] ?? 0] ?? 0) - most) - Math.log(total)) / Math.LN2;
  };
  const sumOf = (side: number, scale: number): number =>
    probes.reduce((sum, _, i) => (i % 2 === side ? sum + bitsAt(i, scale) : sum), 0);
  const best = [0, 1].map((side) =>
    Array.from({ length: 60 }, (_, i) => 0.001 * 1.25 ** i).reduce(
      (most, scale) => (sumOf(1 - side, scale) > sumOf(1 - side, most) ? scale : most),
      0,
    ),
  );
  return {
    topOne: meanOf(
      ranks.map((rank) => (rank === 0 ? 1 : 0)),
      seed,
    ),
    topTen: meanOf(
      ranks.map((rank) => (rank < 10 ? 1 : 0)),
      seed,
    ),
    topOneByChance: 1 / chosen.length,
    bits: meanOf(
      probes.map((_, i) => bitsAt(i, best[i % 2] ?? 0)),
      seed,
    ),
    bitsOf: Math.log2(chosen.length),
  };
}
