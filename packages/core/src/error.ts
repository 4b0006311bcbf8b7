export const CORE_ERROR_CODES = ["versionMismatch", "malformedReference", "malformedState"] as const;
export type CoreErrorCode = (typeof CORE_ERROR_CODES)[number];

/** The world failed: something that was stored or received does not fit this version. */
export class CoreError extends Error {
  readonly code: CoreErrorCode;

  constructor(code: CoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CoreError";
    this.code = code;
  }
}
