import { createCipheriv, createDecipheriv, randomBytes, randomFillSync } from "node:crypto";
import { KeyError } from "./key-provider.ts";

/** What a sealed value is. All of it is authenticated: a value moved to another place does not open. */
export interface SealContext {
  readonly application: string;
  readonly subject: string;
  readonly kind:
    | "sample"
    | "reference"
    | "snapshot"
    | "journal"
    | "decision"
    | "context"
    | "background"
    | "scores"
    | "accommodation"
    | "phrase"
    | "events";
  /** Layout version and row, for example `1/3`: the same kind of value in another row does not open either. */
  readonly version: string;
}

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;
export const DATA_KEY_BYTES = 32;

export function makeDataKey(): Uint8Array {
  return randomBytes(DATA_KEY_BYTES);
}

// Random nonces are drawn in bulk: one draw of a few bytes costs as much as one of some kilobytes.
const pool = Buffer.alloc(NONCE_BYTES * 256);
let poolAt = pool.length;
function nextNonce(): Buffer {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += NONCE_BYTES;
  return pool.subarray(poolAt - NONCE_BYTES, poolAt);
}

/**
 * Returns format byte, nonce, ciphertext and tag (AES-256-GCM, NIST SP 800-38D; 96-bit random nonce, good for 2^32
 * values under one subject's key).
 */
export function seal(dataKey: Uint8Array, context: SealContext, plain: Uint8Array): Buffer {
  return sealBytes(dataKey, associatedData(context), plain);
}

/** Returns what was sealed. Throws a `KeyError` when the key, the context or a single bit differs. */
export function open(dataKey: Uint8Array, context: SealContext, sealed: Uint8Array): Buffer {
  return openBytes(dataKey, associatedData(context), sealed);
}

export function sealBytes(key: Uint8Array, associated: Buffer, plain: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + plain.length + TAG_BYTES);
  const nonce = nextNonce();
  sealed[0] = FORMAT;
  nonce.copy(sealed, 1);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(associated);
  cipher.update(plain).copy(sealed, HEAD_BYTES);
  cipher.final();
  cipher.getAuthTag().copy(sealed, HEAD_BYTES + plain.length);
  return sealed;
}

export function openBytes(key: Uint8Array, associated: Buffer, sealed: Uint8Array): Buffer {
  if (sealed.length < HEAD_BYTES + TAG_BYTES || sealed[0] !== FORMAT)
    throw new KeyError("malformedSeal", "The sealed value is cut short or of another format.");
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, HEAD_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new KeyError("wrongSeal", "The sealed value does not open with this key in this place.", { cause });
  }
  return plain;
}

/** Unambiguous whatever the parts hold: each is preceded by its length. */
export function associatedData({ application, subject, kind, version }: SealContext): Buffer {
  return Buffer.from(
    `habitus-seal-1|${application.length}:${application}|${subject.length}:${subject}|${kind}|${version.length}:${version}`,
  );
}
