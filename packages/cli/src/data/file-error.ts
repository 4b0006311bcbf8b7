import { CliError } from "../cli-error.ts";

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "this is a folder, a file is needed",
  ENOTDIR: "a part of the path is a file, not a folder",
  EACCES: "it may not be read or written by this user",
  EPERM: "it may not be read or written by this user",
  ENOSPC: "the disk is full",
  EROFS: "the disk cannot be written",
};

/** Returns an error a person can act on for what the file system says; what it does not know comes back as it was. */
export function explainFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  const reason = WHAT_TO_DO[error.code];
  return reason === undefined ? error : new CliError("badData", `${path}: ${reason}.`, { cause: error });
}
