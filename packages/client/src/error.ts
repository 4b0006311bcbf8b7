import type { Problem, ProblemCode } from "@habitus/wire";

/** A problem of the service, or `unreachable`: no answer of the documented form came in time. */
export type HabitusErrorCode = ProblemCode | "unreachable";

export interface HabitusErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  readonly problem?: Problem | undefined;
}

/** There is no answer: why, and where to look. An application that gets one falls back to its normal sign-in rules. */
export class HabitusError extends Error {
  readonly code: HabitusErrorCode;
  /** HTTP status, where there was an answer at all. */
  readonly status: number | undefined;
  /** Names the request in the service's log. */
  readonly requestId: string | undefined;
  /** What the service said, where it was the service that answered. */
  readonly problem: Problem | undefined;

  constructor(code: HabitusErrorCode, message: string, options: HabitusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HabitusError";
    this.code = code;
    this.status = options.status;
    this.requestId = options.problem?.requestId;
    this.problem = options.problem;
  }
}

const NO_JUDGEMENT: readonly HabitusErrorCode[] = [
  "unreachable",
  "unavailable",
  "internal",
  "rate-limited",
  "storage-full",
  "keys-unavailable",
  "data-damaged",
];

/** Returns whether Habitus could not judge now, as opposed to a mistake of the caller (wrong key, unknown session). */
export function isUnavailable(error: unknown): error is HabitusError {
  return error instanceof HabitusError && NO_JUDGEMENT.includes(error.code);
}
