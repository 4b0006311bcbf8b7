/** What a command ends with. */
export const EXIT = { ok: 0, failedCheck: 1, usage: 2 } as const;

export const CLI_ERROR_CODES = ["badData", "badUsage", "noService", "notInstalled", "refused"] as const;
export type CliErrorCode = (typeof CLI_ERROR_CODES)[number];

/** A command cannot do what was asked. The message says what to do about it. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.code = code;
  }

  get exitCode(): number {
    return this.code === "noService" || this.code === "refused" ? EXIT.failedCheck : EXIT.usage;
  }
}
