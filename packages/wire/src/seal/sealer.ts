import { ascii, concat, toBase64Url } from "./bytes.ts";
import { ghash } from "./ghash.ts";
import { hpkeKeys, hpkeNonce } from "./hpke.ts";
import type { SealedBatch } from "./sealed-batch.ts";

/** Seals batches to the service's public key. */
export interface Sealer {
  /** Returns the JSON of the sealed batch; undefined while nothing is prepared: wait for `ready`. The text is ASCII and at most `LONGEST_SEALED`. */
  readonly seal: (text: string) => string | undefined;
  /** Resolves when at least one batch can be sealed at once. */
  readonly ready: () => Promise<void>;
}

/** What seals one message: of one number, used once. */
interface Pad {
  readonly sequence: number;
  /** AES of the counters that follow the first (SP 800-38D, 6.5), as long as the longest message. */
  readonly stream: Uint8Array;
  /** AES of the first counter: masks the tag. */
  readonly mask: Uint8Array;
}

export const LONGEST_SEALED = 64 * 1024;
/** Ready at any time: when a page is left, what it holds must be sealed without waiting. */
const PADS = 3;
const BLOCK = 16;

/** What the keys are bound to beside both public keys (RFC 9180, `info`). */
export function sealInfo(session: string): Uint8Array<ArrayBuffer> {
  return ascii(`habitus-batch-1\n${session}`);
}

/**
 * Returns a sealer with a context of its own: HPKE (see `hpke.ts`) to the public key, an uncompressed P-256 point of 65 bytes. AES runs in
 * WebCrypto, ahead of need; with its counters prepared a message is sealed in the same tick. Rejects with a `TypeError` where there
 * is no WebCrypto, which browsers give to pages of https and of localhost alone.
 */
export async function createSealer(recipient: Uint8Array<ArrayBuffer>, session: string): Promise<Sealer> {
  const { subtle } = crypto;
  if (subtle === undefined)
    throw new TypeError("behaviour is sent sealed, and this page cannot seal: serve it over https");
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const [theirs, ours] = await Promise.all([
    subtle.importKey("raw", recipient, curve, false, []),
    subtle.generateKey(curve, false, ["deriveBits"]),
  ]);
  const enc = new Uint8Array(await subtle.exportKey("raw", ours.publicKey));
  const shared = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256));
  const { aesKey, baseNonce } = hpkeKeys({ shared, enc, recipient }, sealInfo(session));
  const cipher = await subtle.importKey("raw", aesKey, "AES-CTR", false, ["encrypt"]);
  const encrypt = async (counter: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> =>
    new Uint8Array(await subtle.encrypt({ name: "AES-CTR", counter, length: 32 }, cipher, new Uint8Array(length)));
  const h = await encrypt(new Uint8Array(BLOCK), BLOCK);
  const sender = toBase64Url(enc);

  const pads: Pad[] = [];
  let next = 0;
  let preparing: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    while (pads.length < PADS) {
      const sequence = next;
      next += 1;
      const counters = await encrypt(concat(hpkeNonce(baseNonce, sequence), [0, 0, 0, 1]), BLOCK + LONGEST_SEALED);
      pads.push({ sequence, mask: counters.subarray(0, BLOCK), stream: counters.subarray(BLOCK) });
    }
  };
  const refill = (): Promise<void> => {
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };
  const ready = async (): Promise<void> => {
    if (pads.length === 0) await refill();
  };
  await ready();
  return {
    ready,
    seal(text) {
      if (text.length > LONGEST_SEALED) throw new RangeError(`a batch is at most ${LONGEST_SEALED} characters long`);
      const pad = pads.shift(); // used once, whatever becomes of the message
      refill().catch(() => undefined); // whoever waits for it hears of it
      if (pad === undefined) return undefined;
      const { sequence, stream, mask } = pad;
      const sealed = ascii(text).map((byte, i) => byte ^ (stream[i] ?? 0));
      const tag = ghash(h, new Uint8Array(0), sealed).map((byte, i) => byte ^ (mask[i] ?? 0));
      const batch: SealedBatch = { s: 1, k: sender, n: sequence, c: toBase64Url(concat(sealed, tag)) };
      return JSON.stringify(batch);
    },
  };
}
