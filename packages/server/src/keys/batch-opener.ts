import { createDecipheriv, createECDH } from "node:crypto";
import {
  fromBase64Url,
  type HpkeKeys,
  hpkeKeys,
  hpkeNonce,
  type SealedBatch,
  sealInfo,
  toBase64Url,
} from "@habitus/wire";
import { KeyError } from "./key-provider.ts";
import type { Secrets } from "./secrets.ts";

/** Opens what pages have sealed to the service. */
export interface BatchOpener {
  /** The service's public key, an uncompressed P-256 point in base64url. */
  readonly publicKey: string;
  /** Returns the text, one character a byte. Throws a `KeyError` when the key, the session or a single bit differs. */
  readonly open: (session: string, sealed: SealedBatch) => string;
}

const CURVE = "prime256v1";
/** Order of the curve (SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const TAG_BYTES = 16;
/** Contexts that are remembered: one of each running page. */
const HELD = 20_000;

/**
 * Returns what opens batches: HPKE (RFC 9180, see `hpke.ts` of wire) under a key pair that depends on the service's root secret alone.
 * A page's context costs one Diffie-Hellman; its messages after the first cost AES-GCM alone.
 */
export function createBatchOpener(secrets: Secrets): BatchOpener {
  const ecdh = createECDH(CURVE);
  // 64 bits more than the order has: the bias of the remainder is nothing (FIPS 186-5, A.2.1).
  const drawn = BigInt(`0x${Buffer.from(secrets.derive("batch-seal-1", 40)).toString("hex")}`);
  const scalar = (drawn % (ORDER - 1n)) + 1n;
  ecdh.setPrivateKey(Buffer.from(scalar.toString(16).padStart(64, "0"), "hex"));
  const recipient = Uint8Array.from(ecdh.getPublicKey());
  const contexts = new Map<string, HpkeKeys>();

  const contextOf = (session: string, sender: string): HpkeKeys => {
    const id = `${session}\n${sender}`;
    const known = contexts.get(id);
    if (known !== undefined) return known;
    const enc = Uint8Array.from(fromBase64Url(sender));
    const shared = ecdh.computeSecret(enc); // refuses what is no point of the curve
    const made = hpkeKeys({ shared, enc, recipient }, sealInfo(session));
    if (contexts.size >= HELD) contexts.clear();
    contexts.set(id, made);
    return made;
  };
  return {
    publicKey: toBase64Url(recipient),
    open(session, { k, n, c }) {
      try {
        const { aesKey, baseNonce } = contextOf(session, k);
        const bytes = Buffer.from(c, "base64url");
        const end = bytes.length - TAG_BYTES;
        const decipher = createDecipheriv("aes-256-gcm", aesKey, hpkeNonce(baseNonce, n), { authTagLength: TAG_BYTES });
        decipher.setAuthTag(bytes.subarray(end));
        const plain = decipher.update(bytes.subarray(0, end));
        decipher.final();
        return plain.toString("latin1");
      } catch (cause) {
        throw new KeyError("wrongSeal", "The batch was not sealed to this service for this session.", { cause });
      }
    },
  };
}
