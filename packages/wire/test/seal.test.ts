import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../src/envelope.ts";
import { ghash } from "../src/seal/ghash.ts";
import type { SealedBatch } from "../src/seal/sealed-batch.ts";
import { createSealer, LONGEST_SEALED, sealInfo } from "../src/seal/sealer.ts";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const parsed = (text: string | undefined): SealedBatch | undefined => text && JSON.parse(text); // what a sealer wrote
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(fromBase64Url(text));

async function recipient() {
  const pair = await suite.kem.generateKeyPair();
  const publicKey = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

describe("a sealed batch", () => {
  test("opens with an independent implementation of RFC 9180, message by message", async () => {
    const { privateKey, publicKey } = await recipient();
    const sealer = await createSealer(publicKey, "session");
    let context: Awaited<ReturnType<typeof suite.createRecipientContext>> | undefined;
    for (const text of ["", "x", '{"v":1}', "a".repeat(15), "b".repeat(16), "c".repeat(40_001)]) {
      await sealer.ready();
      const sealed = parsed(sealer.seal(text));
      if (sealed === undefined) throw new Error("it was ready");
      const enc = bytes(sealed.k).buffer;
      context ??= await suite.createRecipientContext({
        recipientKey: privateKey,
        enc,
        info: sealInfo("session").buffer,
      });
      expect(Buffer.from(await context.open(bytes(sealed.c).buffer)).toString()).toBe(text);
    }
  });

  test("several are sealed in one tick, each under a number of its own", async () => {
    const { publicKey } = await recipient();
    const sealer = await createSealer(publicKey, "session");
    const numbers = new Set<number | undefined>();
    for (let round = 0; round < 20; round += 1) {
      await new Promise((next) => setTimeout(next, 2));
      await sealer.ready();
      numbers.add(parsed(sealer.seal("one"))?.n);
      numbers.add(parsed(sealer.seal("two"))?.n);
    }
    numbers.delete(undefined);
    expect(numbers.size).toBeGreaterThanOrEqual(30);
  });

  test("nothing is ever sealed under a number that was used: without one that is prepared there is no answer", async () => {
    const { publicKey } = await recipient();
    const sealer = await createSealer(publicKey, "session");
    const all = Array.from({ length: 10 }, (_, i) => parsed(sealer.seal(`message ${i}`)));
    const made = all.flatMap((one) => (one === undefined ? [] : [one.n]));
    expect(new Set(made).size).toBe(made.length);
    expect(all.at(-1)).toBeUndefined();
    await sealer.ready();
    expect(made).not.toContain(parsed(sealer.seal("again"))?.n);
  });

  test("is refused when it is longer than what is prepared, instead of being cut", async () => {
    const { publicKey } = await recipient();
    const sealer = await createSealer(publicKey, "session");
    expect(() => sealer.seal("x".repeat(LONGEST_SEALED + 1))).toThrow(RangeError);
  });
});

test("GHASH is that of AES-GCM: tags agree with the platform's for any associated data and text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (associated, plain) => {
      const key = randomBytes(32);
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(associated);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      const ecb = (block: Uint8Array) => createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(block);
      const h = ecb(Buffer.alloc(16));
      const mask = ecb(Buffer.concat([nonce, Buffer.from([0, 0, 0, 1])]));
      const tag = ghash(h, associated, sealed).map((byte, i) => byte ^ (mask[i] ?? 0));
      expect(Buffer.from(tag).equals(cipher.getAuthTag())).toBe(true);
      const open = createDecipheriv("aes-256-gcm", key, nonce).setAAD(associated).setAuthTag(tag);
      expect(Buffer.concat([open.update(sealed), open.final()]).equals(Buffer.from(plain))).toBe(true);
    }),
  );
});
