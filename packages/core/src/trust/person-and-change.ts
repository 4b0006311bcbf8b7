import { CoreError } from "../error.ts";
import type { TrustModel } from "./trust.ts";

const NAME = "person-and-change";
const VERSION = 1;
/** Log-odds of the owner at the start: he has just signed in. */
const PRIOR = 2;
/** However well a sitting began, it must be possible to doubt it later: so much may speak for the owner, in nats. */
const MOST_FOR = 1;
const MOST_AGAINST = 10;
/** One window can never decide alone. */
const MOST_PER_WINDOW = 5;

export interface PersonAndChange {
  readonly model: string;
  readonly version: number;
  /** Log-likelihood ratio of the sitting as a whole for the enrolled person, nats. */
  readonly person: number;
  /** Evidence, since it was last nothing, that somebody else has taken over in this sitting, nats, at least 0. */
  readonly change: number;
  readonly scores: number;
}

/**
 * Two questions, one answer. Is it the enrolled person: the evidence of the sitting as a whole, which windows add to as they come
 * (they are not independent, so what they add gets less). And is it still who typed before: a cumulative sum (Page 1954) of the
 * evidence of a change. Where a sitting begins (there is no `sittingLlr` yet), what spoke for the owner before is forgotten and what
 * spoke against is not. Trust is the probability of the owner at log-odds prior + person - change.
 */
export const personAndChange: TrustModel<PersonAndChange> = {
  name: NAME,
  version: VERSION,
  initial: () => ({ model: NAME, version: VERSION, person: 0, change: 0, scores: 0 }),
  update(state, { llr, sittingLlr, supporting }) {
    if (!Number.isFinite(llr)) throw new RangeError(`llr must be finite, got ${llr}`);
    const { person, change, scores } = checked(state);
    // A sitting begins: what spoke for the owner was about whoever sat there before the pause.
    const known = sittingLlr === undefined ? Math.min(0, person) : person;
    const against = limit(-(sittingLlr ?? 0), -MOST_PER_WINDOW, MOST_PER_WINDOW);
    return {
      model: NAME,
      version: VERSION,
      person: limit(known + limit(llr, -MOST_PER_WINDOW, MOST_PER_WINDOW), -MOST_AGAINST, MOST_AGAINST),
      change: Math.min(MOST_AGAINST, Math.max(0, change + against)),
      scores: supporting === true ? scores : scores + 1,
    };
  },
  reset: (state) => ({ ...checked(state), person: 0, change: 0, scores: 0 }),
  read(state) {
    const { person, change, scores } = checked(state);
    if (scores === 0) return { value: undefined, scores: 0 };
    const odds = PRIOR + Math.min(MOST_FOR, person) - change;
    return { value: 1 / (1 + Math.exp(-odds)), scores };
  },
};

function limit(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function checked(state: PersonAndChange): PersonAndChange {
  if (state?.model !== NAME || state.version !== VERSION)
    throw new CoreError(
      "versionMismatch",
      `trust state of ${state?.model}@${state?.version} is not of ${NAME}@${VERSION}`,
    );
  if (![state.person, state.change, state.scores].every(Number.isFinite))
    throw new CoreError("malformedState", "the trust state does not hold numbers: start from initial()");
  return state;
}
