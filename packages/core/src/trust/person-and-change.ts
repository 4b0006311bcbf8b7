import { CoreError } from "../error.ts";
import type { TrustModel } from "./trust.ts";

const NAME = "person-and-change";
const VERSION = 2;
/** Log-odds against somebody else at the start, and against a change of hands at any moment: the owner has just signed in. */
const PRIOR = 2.7;
/**
 * What evidence is worth: whole sittings are unlike the person (tired, hurt, another keyboard) more often than their windows
 * tell. Of 165 sittings of owners, one in 28 passes 6 nats, which is e^-3.3 and not e^-6 (Monaco, five folds).
 */
const WORTH = { person: 0.5, change: 0.6 } as const;
/** What a second without any sign of life adds to the odds of somebody else: 0.09 for half an hour. */
const HAZARD_PER_SECOND = 5e-5;
/** However long nothing was seen, it is as likely as not the owner who comes back. */
const MOST_HAZARD = 0.5;
/** With each window that goes well, an absence weighs half as much. */
const FORGIVEN = 0.5;
const MOST_AGAINST = 7.5;
/** However well a sitting began, it must be possible to doubt it later: so much may speak for the owner. */
const MOST_FOR = 5;
/** One window can never decide alone: both ways together it leaves the owner the likelier one. */
const MOST_PER_WINDOW = 2;

/** At most 256 bytes as JSON. */
export interface PersonAndChange {
  readonly model: string;
  readonly version: number;
  /** What the sitting as a whole says for the enrolled person, nats. */
  readonly person: number;
  /** What it says for somebody else having taken over, nats, at least 0. */
  readonly change: number;
  readonly scores: number;
  /** End of the newest window, epoch ms; null before there is one. */
  readonly until: number | null;
  /** Odds that absence added to those of a stranger from the start of the sitting, and of a change of hands in it. */
  readonly absent: number;
  readonly away: number;
}

/**
 * Two ways not to be the enrolled person any more, one answer. Somebody else since the sitting began: the evidence of the sitting as a
 * whole, which windows add to as they come (they are not independent, so what they add gets less). And somebody else since some moment in
 * it: evidence of a change of hands. Either has its prior odds, which time without any sign of life raises; trust is the probability
 * of neither (Bayes), 1 / (1 + e^(change - prior) + e^(-person - prior)). Where a sitting begins (there is no `sittingLlr` yet), what spoke
 * for the owner before is forgotten and what spoke against is not.
 */
export const personAndChange: TrustModel<PersonAndChange> = {
  name: NAME,
  version: VERSION,
  initial: () => fresh(null),
  update(state, { llr, sittingLlr, supporting, startedAt, at }) {
    if (!Number.isFinite(llr)) throw new RangeError(`llr must be finite, got ${llr}`);
    const { person, change, scores, until, absent, away } = checked(state);
    const begins = sittingLlr === undefined;
    const gap = until === null ? 0 : hazardOf(startedAt - until);
    // A sitting begins: what spoke for the owner was about whoever sat there before the pause.
    const known = begins ? Math.min(0, person) : person;
    const against = limit(-WORTH.change * (sittingLlr ?? 0), -MOST_PER_WINDOW, MOST_PER_WINDOW);
    return {
      model: NAME,
      version: VERSION,
      person: rounded(
        limit(known + limit(WORTH.person * llr, -MOST_PER_WINDOW, MOST_PER_WINDOW), -MOST_AGAINST, MOST_FOR),
      ),
      change: rounded(limit(change + against, 0, MOST_AGAINST)),
      scores: supporting === true ? scores : scores + 1,
      until: Math.max(until ?? at, at),
      absent: begins ? Math.min(MOST_HAZARD, absent + gap) : absent,
      away: begins ? 0 : Math.min(MOST_HAZARD, away * (against > 0 || supporting === true ? 1 : FORGIVEN) + gap),
    };
  },
  reset: (state) => fresh(checked(state).until),
  read(state, now) {
    const { person, change, scores, until, absent, away } = checked(state);
    if (scores === 0) return { value: undefined, scores: 0 };
    const prior = Math.exp(-PRIOR);
    const idle = now === undefined || until === null ? 0 : hazardOf(now - until);
    const somebodyElse = (prior + absent) * Math.exp(-person) + (prior + away) * Math.exp(change) + idle;
    return { value: 1 / (1 + somebodyElse), scores };
  },
};

function fresh(until: number | null): PersonAndChange {
  return { model: NAME, version: VERSION, person: 0, change: 0, scores: 0, until, absent: 0, away: 0 };
}

/** Milliseconds to odds; a clock that was set back adds nothing. */
function hazardOf(ms: number): number {
  return Math.min(MOST_HAZARD, (HAZARD_PER_SECOND * Math.max(0, ms)) / 1000);
}

function limit(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function rounded(nats: number): number {
  return Math.round(nats * 1e6) / 1e6;
}

function checked(state: PersonAndChange): PersonAndChange {
  if (state?.model !== NAME || state.version !== VERSION)
    throw new CoreError(
      "versionMismatch",
      `trust state of ${state?.model}@${state?.version} is not of ${NAME}@${VERSION}`,
    );
  if (![state.person, state.change, state.scores, state.until ?? 0, state.absent, state.away].every(Number.isFinite))
    throw new CoreError("malformedState", "the trust state does not hold numbers: start from initial()");
  return state;
}
