import { hmacSha256 } from "../sha256.ts";
import { ascii, bigEndian, concat } from "./bytes.ts";

/**
 * HPKE (RFC 9180) in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: the part that page and service share. Who seals
 * and who opens add the Diffie-Hellman and the cipher of their platform.
 */
const KEM = concat(ascii("KEM"), [0x00, 0x10]);
const SUITE = concat(ascii("HPKE"), [0x00, 0x10, 0x00, 0x01, 0x00, 0x02]);
const VERSION = ascii("HPKE-v1");
const NONE = new Uint8Array(0);
const NONCE_BYTES = 12;

export interface HpkeKeys {
  /** 32 bytes, AES-256-GCM. */
  readonly aesKey: Uint8Array<ArrayBuffer>;
  /** 12 bytes. */
  readonly baseNonce: Uint8Array;
}

/**
 * Returns the keys of a context (RFC 9180, 4.1 and 5.1). `shared` is the x coordinate of the Diffie-Hellman, 32 bytes; `enc` and
 * `recipient` are public keys as uncompressed points, 65 bytes.
 */
export function hpkeKeys(
  { shared, enc, recipient }: Readonly<Record<"shared" | "enc" | "recipient", Uint8Array>>,
  info: Uint8Array,
): HpkeKeys {
  const prk = extract(KEM, NONE, "eae_prk", shared);
  const secret = expand(KEM, prk, "shared_secret", concat(enc, recipient), 32);
  const context = concat([0], extract(SUITE, NONE, "psk_id_hash", NONE), extract(SUITE, NONE, "info_hash", info));
  const scheduled = extract(SUITE, secret, "secret", NONE);
  return {
    aesKey: expand(SUITE, scheduled, "key", context, 32),
    baseNonce: expand(SUITE, scheduled, "base_nonce", context, NONCE_BYTES),
  };
}

/** Returns the nonce of the message of this number (RFC 9180, 5.2). A number must never be used for two messages. */
export function hpkeNonce(baseNonce: Uint8Array, sequence: number): Uint8Array<ArrayBuffer> {
  const count = bigEndian(sequence, NONCE_BYTES);
  return count.map((byte, i) => byte ^ (baseNonce[i] ?? 0));
}

function extract(suite: Uint8Array, salt: Uint8Array, label: string, secret: Uint8Array): Uint8Array {
  return hmacSha256(salt, concat(VERSION, suite, ascii(label), secret));
}

/** HKDF-Expand (RFC 5869) of at most one block, which is all that HPKE needs here. */
function expand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: 12 | 32,
): Uint8Array<ArrayBuffer> {
  const labelled = concat(bigEndian(length, 2), VERSION, suite, ascii(label), info);
  return concat(hmacSha256(prk, concat(labelled, [1])).subarray(0, length));
}
