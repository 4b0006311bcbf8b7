import { PROBLEMS, type Problem, type ProblemCode } from "@habitus/wire";

/** `unreachable`: no answer of the service came. `unexpected`: an answer came that is not of the contract. */
export type HabitusErrorCode = ProblemCode | "unreachable" | "unexpected";

/**
 * A request that Habitus did not fulfil. `unreachable` means that nothing is known about the session:
 * fall back to your normal sign-in rules and do not guess.
 */
export class HabitusError extends Error {
  readonly code: HabitusErrorCode;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly problem: Problem | undefined;

  constructor(
    code: HabitusErrorCode,
    message: string,
    detail: { status?: number; problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, "cause" in detail ? { cause: detail.cause } : undefined);
    this.name = "HabitusError";
    this.code = code;
    this.status = detail.status;
    this.problem = detail.problem;
    this.requestId = detail.problem?.requestId;
  }
}

/** Returns the error that an answer's body stands for, whatever the body is. */
export function toHabitusError(status: number, body: unknown): HabitusError {
  if (isProblem(body)) return new HabitusError(body.code, `${body.title} ${body.detail}`, { status, problem: body });
  return new HabitusError("unexpected", `Habitus answered with status ${status} and no problem document.`, { status });
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === "object" &&
    body !== null &&
    "code" in body &&
    typeof body.code === "string" &&
    body.code in PROBLEMS
  );
}
