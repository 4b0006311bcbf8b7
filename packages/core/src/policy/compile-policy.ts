import { logit } from "../math/stats.ts";
import { LOWEST_STEP_UP } from "./check-targets.ts";
import type { Policy } from "./policy.ts";
import { SCORE_BINS } from "./score-bins.ts";
import { lowQuantile, type ScoreHistory, type Speed, shareBelow } from "./score-history.ts";
import { challengesPerHour, type PolicyContext, type PolicyTargets } from "./targets.ts";

/** What thresholds follow from. */
export interface CompileInput {
  readonly context: PolicyContext;
  /** The system's own thresholds, set where it was measured: what is used until scores of one's own say otherwise. */
  readonly anchor: Policy;
  /** The application's hours of genuine use, of all subjects together. */
  readonly population?: ScoreHistory | undefined;
  readonly subject?: ScoreHistory | undefined;
  /** An accommodation: so many nats more doubt are needed. At most 2. */
  readonly widenNats?: number;
}

export const BOUNDS = ["none", "neverBelow", "missCost", "population"] as const;
export interface CompiledPolicy {
  readonly policy: Policy;
  /** What the histories let expect at these thresholds. */
  readonly predicted: { readonly perActiveHour: number; readonly perUserMonth: number };
  /** What kept the threshold from where the target alone would put it. */
  readonly bound: (typeof BOUNDS)[number];
  /** How much each spoke, summing to 1. */
  readonly weights: { readonly prior: number; readonly population: number; readonly subject: number };
}

/** The prior counts as much as so many hours of the application's use, and the population as so many of the subject's. */
const PRIOR_HOURS = 60;
const POPULATION_HOURS = 40;
/**
 * False challenges per hour of active use at the anchor's thresholds: `habitus`, Monaco free text, three sittings enrolled, later ones of
 * other days: 10 in 165 sittings, taken as 3.5 sittings an hour. How often people sit down anew is what the rate hangs on.
 */
export const ANCHOR_PER_HOUR = 1 / 5;
/** How hourly lows spread there, nats; and how much higher two looks in a row agree than one alone. */
const PRIOR_SPREAD = 0.75;
const CONFIRMED_HIGHER = 0.5;
/** One person's threshold may differ so far from the population's. */
export const MOST_SHIFT = 2;
export const MOST_WIDENING = 2;
const LOWEST_LOCK = 0.02;
/** Between what is asked about and what is only watched, nats. */
const LEAST_MARGIN = 0.25;
/** A histogram is linear within a bin: what differs from the anchor by less than this is the anchor. */
const BIN_SLACK = 0.02;

/**
 * Returns the thresholds that keep the target: trust falls below `stepUpBelow` in as many hours of genuine use as the target allows, by the
 * hours seen so far. With few hours of one's own the others' count, as pseudo-counts (a Dirichlet prior on the histogram of hourly
 * lows; Gelman et al., Bayesian Data Analysis, 3.4): subjects whose scores vary get the threshold that keeps their rate, and nobody's
 * moves by more than two nats from the population's or below `neverBelow`. Assumes that challenges come as a Poisson process.
 */
export function compilePolicy(targets: PolicyTargets, input: CompileInput): CompiledPolicy {
  const { context, anchor, widenNats = 0 } = input;
  if (!(widenNats >= 0 && widenNats <= MOST_WIDENING))
    throw new RangeError(`widenNats must lie in 0 to ${MOST_WIDENING}, got ${widenNats}`);
  const point = targets.contexts[context];
  const speed: Speed = point.stepUpLooks === 1 ? "fast" : "confirmed";
  const share = 1 - Math.exp(-challengesPerHour(point, targets));
  const prior = priorHistory(anchor);
  const population = targets.adaptation === "none" ? prior : mix(prior, PRIOR_HOURS, input.population);
  const own = targets.adaptation === "subject" ? input.subject : undefined;
  const mixed = mix(population, POPULATION_HOURS, own);

  const forAll = lowQuantile(population, speed, share) ?? logit(anchor.stepUpBelow);
  const wanted = lowQuantile(mixed, speed, share) ?? forAll;
  const shifted = clamp(wanted, forAll - MOST_SHIFT, forAll + MOST_SHIFT);
  const worth = Math.min(shifted - widenNats, Math.log(point.missCost));
  const floor = logit(Math.max(point.neverBelow, LOWEST_STEP_UP));
  const stepUp = Math.max(worth, floor);
  const perActiveHour = -Math.log(1 - Math.min(0.999, shareBelow(mixed, speed, stepUp)));
  const ownWeight = own === undefined ? 0 : own.hours / (own.hours + POPULATION_HOURS);
  const priorWeight = targets.adaptation === "none" ? 1 : PRIOR_HOURS / (PRIOR_HOURS + (input.population?.hours ?? 0));
  return {
    policy: { ...thresholds(anchor, stepUp), ...manners(targets, input), name: `${targets.name}/${context}` },
    predicted: { perActiveHour, perUserMonth: perActiveHour * targets.activeHoursPerUserMonth },
    bound:
      stepUp > worth
        ? "neverBelow"
        : worth < shifted - widenNats
          ? "missCost"
          : shifted !== wanted
            ? "population"
            : "none",
    weights: {
      prior: (1 - ownWeight) * priorWeight,
      population: (1 - ownWeight) * (1 - priorWeight),
      subject: ownWeight,
    },
  };
}

/**
 * The other thresholds move down with the step-up's, in log-odds. Where it moves up it is asked for sooner, but not locked sooner, and watched
 * sooner only as far as the order demands: trust has an upper end that the owner must be able to reach.
 */
function thresholds(anchor: Policy, stepUp: number): Policy {
  const by = stepUp - logit(anchor.stepUpBelow);
  const shift = Math.abs(by) < BIN_SLACK ? 0 : by;
  const down = Math.min(0, shift);
  const asked = logit(anchor.stepUpBelow) + shift;
  const watched = Math.max(logit(anchor.observeBelow) + down, asked + LEAST_MARGIN);
  const calm = watched + logit(anchor.continueFrom) - logit(anchor.observeBelow);
  return {
    ...anchor,
    stepUpBelow: sigmoid(asked),
    observeBelow: sigmoid(watched),
    continueFrom: sigmoid(calm),
    lockBelow: Math.max(LOWEST_LOCK, sigmoid(logit(anchor.lockBelow) + down)),
  };
}

function manners(targets: PolicyTargets, { context, anchor }: CompileInput): Partial<Policy> {
  const { minimumLooks, stepUpLooks, confirmLooks, lookEverySeconds } = targets.contexts[context];
  const minimumScores = Math.max(anchor.minimumScores, minimumLooks);
  return {
    minimumScores,
    lockScores: Math.max(anchor.lockScores, minimumScores),
    stepUpLooks,
    confirmLooks,
    lookEveryMs: 1000 * lookEverySeconds,
    coolDownMs: 60_000 * targets.coolDownMinutes,
    graceMs: 3_600_000 * targets.graceHours,
  };
}

/** Hourly lows as a logistic distribution through the anchor: at its threshold lies the share for which it was set. */
function priorHistory(anchor: Policy): ScoreHistory {
  const share = 1 - Math.exp(-ANCHOR_PER_HOUR);
  const middle = logit(anchor.stepUpBelow) - PRIOR_SPREAD * logit(share);
  const counts = (center: number): number[] => {
    const below = (edge: number): number => 1 / (1 + Math.exp(-(edge - center) / PRIOR_SPREAD));
    const list = new Array<number>(SCORE_BINS).fill(0);
    for (let i = 0; i < SCORE_BINS; i += 1) {
      const from = -6 + 0.25 * (i - 1);
      list[i] = (i === SCORE_BINS - 1 ? 1 : below(from + 0.25)) - (i === 0 ? 0 : below(from));
    }
    return list;
  };
  return {
    layout: 1,
    hours: 1,
    fast: counts(middle),
    confirmed: counts(middle + CONFIRMED_HIGHER),
    open: { activeMs: 0, fast: null, confirmed: null },
  };
}

/** Returns `known` weighing as much as `weight` hours, joined with what was seen. */
function mix(known: ScoreHistory, weight: number, seen: ScoreHistory | undefined): ScoreHistory {
  const add = (speed: Speed): number[] => {
    const total = known[speed].reduce((sum, n) => sum + n, 0);
    return known[speed].map((n, i) => (weight * n) / total + (seen?.[speed][i] ?? 0));
  };
  return {
    layout: 1,
    hours: weight + (seen?.hours ?? 0),
    fast: add("fast"),
    confirmed: add("confirmed"),
    open: known.open,
  };
}

function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
