import { type Assessment, PROBLEMS, type ProblemCode } from "@habitus/wire";
import { type ProblemExtras, ServiceError } from "../error.ts";
import { KEY_ERROR_CODES, KeyError, type KeyErrorCode } from "../keys/key-provider.ts";
import { STORAGE_ERROR_CODES, StorageError, type StorageErrorCode } from "../storage/storage.ts";
import type { Verb } from "./verbs.ts";

/** What goes to the engine's thread. All calls of one turn of the event loop go together. */
export type ToEngine =
  | { readonly kind: "calls"; readonly calls: readonly Call[] }
  | { readonly kind: "watch" | "unwatch"; readonly application: string; readonly session: string }
  | { readonly kind: "close"; readonly id: number };
export type Call = readonly [id: number, verb: Verb, rest: readonly unknown[]];

/** What comes from it. */
export type FromEngine =
  | { readonly kind: "ready"; readonly tokenKey: Uint8Array }
  | { readonly kind: "failed"; readonly failure: PlainFailure }
  | { readonly kind: "answers"; readonly answers: readonly Answer[] }
  | { readonly kind: "changed"; readonly application: string; readonly assessment: Assessment }
  | { readonly kind: "log"; readonly line: string };
export type Answer = readonly [id: number, result: unknown, failure?: PlainFailure];

/** An error as plain data: a thread boundary keeps neither its class nor its code. */
export interface PlainFailure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly extras?: ProblemExtras;
  /** Places in our code, for the log. */
  readonly stack: string | undefined;
}

export function toPlain(error: unknown): PlainFailure {
  if (!(error instanceof Error)) return { name: "Error", code: "", message: "unknown", stack: undefined };
  const { name, message, stack } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error instanceof ServiceError
    ? { name, code, message, stack, extras: error.extras }
    : { name, code, message, stack };
}

export function fromPlain({ name, code, message, extras, stack }: PlainFailure): Error {
  const error = makeError(name, code, message, extras);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function makeError(name: string, code: string, message: string, extras: ProblemExtras | undefined): Error {
  if (name === "ServiceError" && isOneOf<ProblemCode>(Object.keys(PROBLEMS), code))
    return new ServiceError(code, message, extras === undefined ? {} : { extras });
  if (name === "StorageError" && isOneOf<StorageErrorCode>(STORAGE_ERROR_CODES, code))
    return new StorageError(code, message);
  if (name === "KeyError" && isOneOf<KeyErrorCode>(KEY_ERROR_CODES, code)) return new KeyError(code, message);
  const other = name === "TypeError" ? new TypeError(message) : new Error(message);
  return Object.assign(other, { name });
}

function isOneOf<Code extends string>(codes: readonly string[], code: string): code is Code {
  return codes.includes(code);
}
