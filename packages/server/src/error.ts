import { PROBLEMS, type ProblemCode } from "@habitus/wire";

export interface ProblemExtras {
  readonly expectedSeq?: number;
  readonly missing?: number;
}

/** What the service answers with a problem of the closed list. `detail` goes to the caller: no secret, no behaviour. */
export class ServiceError extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail?: string, options: ErrorOptions & { extras?: ProblemExtras } = {}) {
    super(detail ?? PROBLEMS[code][1], options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ServiceError";
    this.code = code;
    this.extras = options.extras ?? {};
  }
}
