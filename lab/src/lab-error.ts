export const LAB_ERROR_CODES = ["dataMissing", "malformedData", "usage", "unavailable"] as const;
export type LabErrorCode = (typeof LAB_ERROR_CODES)[number];

/** The lab cannot do what it was asked for; the message says what to do. The command ends with exit code 2. */
export class LabError extends Error {
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LabError";
    this.code = code;
  }
}
