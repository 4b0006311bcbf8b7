import type { Modality } from "../events/segment.ts";
import type { Evidence } from "./evidence.ts";

export const CROSS_CHECK = "cross-check@1";

/** How the log-likelihood ratios of one modality are spread, over the owner's windows and over other people's. */
export interface Spread {
  readonly ownMean: number;
  readonly otherMean: number;
  readonly deviation: number;
}

/** How keyboard and pointer go together over the same minutes. */
export interface CrossModel {
  readonly keystroke: Spread;
  readonly pointer: Spread;
  /** Of the two in one person's same minutes, -0.9 to 0.9: what a mood or a change of posture does to both. */
  readonly correlation: number;
}

/** What the minutes that are not over yet have shown. Plain JSON. */
export interface CrossState {
  readonly kind: "cross";
  readonly from: number;
  readonly keystroke: Seen;
  readonly pointer: Seen;
  /** What was said in this sitting so far. */
  readonly told: number;
}
interface Seen {
  readonly windows: number;
  readonly sum: number;
}

/** What is done within so long is done by one person, or by two at once. */
const SPAN_MS = 2 * 60_000;
/** Two people at one device are the rarer form of a take-over. */
const TWO_PEOPLE = 0.1;
/** So much may one span say against the owner, and a sitting; for the owner one never says more than -ln(1 - 0.1) = 0.11. */
const MOST_PER_SPAN = 1;
const MOST_PER_SITTING = 2;
/** Of one modality: where it is surer than this, it is as likely to be mistaken. */
const LARGEST_LLR = 4;
const NOTHING: Seen = { windows: 0, sum: 0 };

/**
 * Returns the log-likelihood ratio that one person did both against that two people did one each, whoever they are: a bivariate
 * normal of the two ratios for owner and owner, other and other, against the two mixtures. Near 0 where either says little,
 * above 0 where both say the same, below where they contradict each other more than one person's ever do.
 */
export function togetherLlr(model: CrossModel, keystroke: number, pointer: number): number {
  const x = limit(keystroke, LARGEST_LLR);
  const y = limit(pointer, LARGEST_LLR);
  const density = (a: "ownMean" | "otherMean", b: "ownMean" | "otherMean", correlation: number): number => {
    const u = (x - model.keystroke[a]) / model.keystroke.deviation;
    const v = (y - model.pointer[b]) / model.pointer.deviation;
    const rest = 1 - correlation * correlation;
    return -(u * u - 2 * correlation * u * v + v * v) / (2 * rest) - Math.log(rest) / 2;
  };
  const one = addLogs(
    density("ownMean", "ownMean", model.correlation),
    density("otherMean", "otherMean", model.correlation),
  );
  return one - addLogs(density("ownMean", "otherMean", 0), density("otherMean", "ownMean", 0));
}

/**
 * Returns what agreement says of the owner: most people who are not the owner do both themselves, so that contradiction speaks
 * against, a little, and agreement hardly for. Bounded.
 */
export function crossLlr(model: CrossModel, keystroke: number, pointer: number): number {
  const together = togetherLlr(model, keystroke, pointer);
  return Math.max(-MOST_PER_SPAN, -Math.log(1 - TWO_PEOPLE + TWO_PEOPLE * Math.exp(-together)));
}

/**
 * Takes the evidence of one window of either modality, in time order, and returns evidence of their agreement when two minutes that
 * saw both are over. What is said in a sitting is bounded, and windows of anything else are passed over.
 */
export function crossCheck(
  model: CrossModel,
  before: CrossState | undefined,
  window: Evidence,
): { readonly state: CrossState; readonly evidence: Evidence | undefined } {
  const goesOn = before !== undefined && window.at >= before.from - SPAN_MS;
  const state = goesOn ? before : { ...emptyCross(window.at), told: before?.told ?? 0 };
  const modality = onlyModality(window);
  if (modality === undefined) return { state, evidence: undefined };
  const isOver = window.at - state.from > SPAN_MS;
  const evidence = isOver ? judge(model, state) : undefined;
  const open: CrossState = isOver ? { ...emptyCross(window.at), told: state.told + (evidence?.llr ?? 0) } : state;
  const { windows, sum } = open[modality];
  const seen = { windows: windows + 1, sum: sum + limit(logit(window.score), LARGEST_LLR) };
  return { state: { ...open, [modality]: seen }, evidence };
}

function emptyCross(from: number): CrossState {
  return { kind: "cross", from, keystroke: NOTHING, pointer: NOTHING, told: 0 };
}

function judge(model: CrossModel, { from, keystroke, pointer, told }: CrossState): Evidence | undefined {
  if (keystroke.windows === 0 || pointer.windows === 0) return undefined;
  const said = crossLlr(model, keystroke.sum / keystroke.windows, pointer.sum / pointer.windows);
  const llr = limit(told + said, MOST_PER_SITTING) - told;
  return {
    kind: "evidence",
    llr,
    sittingLlr: 0,
    supporting: true,
    score: 1 / (1 + Math.exp(-said)),
    source: CROSS_CHECK,
    modalities: ["keystroke", "pointer"],
    quality: 1,
    startedAt: from,
    at: from + SPAN_MS,
    keystrokes: 0,
    pointerEvents: 0,
    contributions: [{ feature: "together", share: Math.sign(llr) }],
  };
}

function onlyModality({ modalities, supporting }: Evidence): Extract<Modality, "keystroke" | "pointer"> | undefined {
  const [modality] = modalities;
  if (supporting === true || modalities.length !== 1) return undefined;
  return modality === "keystroke" || modality === "pointer" ? modality : undefined;
}

function logit(score: number): number {
  return Math.log(score / (1 - score));
}

function addLogs(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

function limit(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
