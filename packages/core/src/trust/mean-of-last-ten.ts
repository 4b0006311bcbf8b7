import { CoreError } from "../error.ts";
import type { TrustModel } from "./trust.ts";

const NAME = "mean-of-last-ten";
const VERSION = 1;
const MEMORY = 10;

export interface MeanOfLastTen {
  readonly model: string;
  readonly version: number;
  /** Oldest first, at most ten, each 0 to 1. */
  readonly scores: readonly number[];
}

/**
 * The tutorial's session rule: trust is the mean of the last ten comparison scores. A passed step-up empties the memory: what
 * was before is forgiven, and nothing speaks for the subject either until new scores come.
 */
export const meanOfLastTen: TrustModel<MeanOfLastTen> = {
  name: NAME,
  version: VERSION,
  initial: () => ({ model: NAME, version: VERSION, scores: [] }),
  update(state, { score }) {
    if (!(score >= 0 && score <= 1)) throw new RangeError(`score must lie in 0 to 1, got ${score}`);
    return { ...checked(state), scores: [...state.scores, score].slice(-MEMORY) };
  },
  reset: (state) => ({ ...checked(state), scores: [] }),
  read(state) {
    const { scores } = checked(state);
    if (scores.length === 0) return { value: undefined, scores: 0 };
    return { value: scores.reduce((sum, score) => sum + score, 0) / scores.length, scores: scores.length };
  },
};

function checked(state: MeanOfLastTen): MeanOfLastTen {
  if (state?.model !== NAME || state.version !== VERSION)
    throw new CoreError(
      "versionMismatch",
      `trust state of ${state?.model}@${state?.version} is not of ${NAME}@${VERSION}`,
    );
  if (!Array.isArray(state.scores) || !state.scores.every((score) => score >= 0 && score <= 1))
    throw new CoreError(
      "malformedState",
      "the scores of the trust state are not numbers from 0 to 1: start from initial()",
    );
  return state;
}
