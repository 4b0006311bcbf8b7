/**
 * Where the key-encryption key lives. The key itself never crosses this port, so that a hardware module can stand
 * behind it. `context` is bound to what is wrapped: unwrapping under another context fails.
 */
export interface KeyProvider {
  readonly name: string;
  readonly wrap: (dataKey: Uint8Array, context: string) => Promise<Uint8Array>;
  /** Rejects with a `KeyError` when the wrapped key, the context or the key-encryption key does not fit. */
  readonly unwrap: (wrapped: Uint8Array, context: string) => Promise<Uint8Array>;
  /** Returns a key that depends only on the key-encryption key and the label (HKDF-SHA-256, RFC 5869). */
  readonly derive: (label: string, length: number) => Promise<Uint8Array>;
}

export const KEY_ERROR_CODES = ["unreadableKey", "malformedSeal", "wrongSeal"] as const;
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
