/**
 * Where the key-encryption keys live. They never cross this port, so that a hardware module can stand behind it.
 * `context` is bound to what is wrapped: unwrapping under another context fails. What is wrapped is one or two keys of
 * 32 bytes, the newer first.
 */
export interface KeyProvider {
  readonly name: ProviderName;
  /** Wraps under the newest key-encryption key. */
  readonly wrap: (dataKeys: Uint8Array, context: string) => Promise<Uint8Array>;
  /** Rejects with a `KeyError` when the wrapped key, the context or the key-encryption key does not fit. */
  readonly unwrap: (wrapped: Uint8Array, context: string) => Promise<Uint8Array>;
  /** Versions of the key-encryption key that are there, ascending; the last one wraps. */
  readonly versions: () => Promise<readonly number[]>;
  /** Makes a new key-encryption key, which wraps from now on; returns its version. The older ones still unwrap. */
  readonly rotate: () => Promise<number>;
  /** Destroys an older key-encryption key: what it wraps opens never again. */
  readonly destroy: (version: number) => Promise<void>;
  /** Resolves when the keys can be used. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const PROVIDER_NAMES = ["file", "pkcs11", "memory"] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export const KEY_ERROR_CODES = [
  "unreadableKey",
  "exposedKey",
  "missingKey",
  "wrongKey",
  "unknownKey",
  "keyInUse",
  "misconfigured",
  "keysUnavailable",
  "malformedSeal",
  "wrongSeal",
] as const;
/**
 * `unreadableKey`: the key file is broken; `exposedKey`: others may read it; `missingKey`: there is data and no key; `wrongKey`: the
 * key is another service's; `unknownKey`: wrapped under a version that is not there; `keyInUse`: it still wraps something;
 * `keysUnavailable`: the module is away for now; `malformedSeal`, `wrongSeal`: what was sealed was damaged or moved.
 */
export type KeyErrorCode = (typeof KEY_ERROR_CODES)[number];

/** A key or something sealed cannot be used. Holds no key material. */
export class KeyError extends Error {
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "KeyError";
    this.code = code;
  }
}

/** Returns whether something sealed was altered, cut short or moved to another place. */
export function isDamage(error: unknown): boolean {
  return error instanceof KeyError && (error.code === "wrongSeal" || error.code === "malformedSeal");
}

/** Returns what the work returns, or undefined where what it reads was damaged. */
export async function unlessDamaged<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
