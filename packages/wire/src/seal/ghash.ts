/**
 * GHASH of associated data and ciphertext under H, 16 bytes each way (NIST SP 800-38D, 6.4). The block cipher is the platform's; this
 * sum is all that a page needs of its own to finish AES-GCM at once, without waiting.
 */
export function ghash(h: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const v = new DataView(h.buffer, h.byteOffset, 16);
  const key = [v.getUint32(0), v.getUint32(4), v.getUint32(8), v.getUint32(12)] as const;
  const y = new Uint32Array(4);
  absorb(y, key, associated);
  absorb(y, key, ciphertext);
  const lengths = new DataView(new ArrayBuffer(16));
  lengths.setUint32(4, associated.length * 8);
  lengths.setUint32(12, ciphertext.length * 8);
  absorb(y, key, new Uint8Array(lengths.buffer));
  const sum = new DataView(new ArrayBuffer(16));
  y.forEach((word, i) => {
    sum.setUint32(4 * i, word);
  });
  return new Uint8Array(sum.buffer);
}

type Block = readonly [number, number, number, number];

function absorb(y: Uint32Array, h: Block, bytes: Uint8Array): void {
  const block = new Uint8Array(16);
  const view = new DataView(block.buffer);
  for (let at = 0; at < bytes.length; at += 16) {
    block.fill(0);
    block.set(bytes.subarray(at, at + 16));
    for (let i = 0; i < 4; i += 1) y[i] = (y[i] ?? 0) ^ view.getUint32(4 * i);
    multiply(y, h);
  }
}

/** In place: y times h in GF(2^128), bit 0 the leftmost (SP 800-38D, algorithm 1). */
function multiply(y: Uint32Array, [h0, h1, h2, h3]: Block): void {
  let [v0, v1, v2, v3] = [h0, h1, h2, h3];
  let [z0, z1, z2, z3] = [0, 0, 0, 0];
  for (let i = 0; i < 4; i += 1) {
    const word = y[i] ?? 0;
    for (let bit = 31; bit >= 0; bit -= 1) {
      const take = -((word >>> bit) & 1);
      z0 ^= v0 & take;
      z1 ^= v1 & take;
      z2 ^= v2 & take;
      z3 ^= v3 & take;
      const reduce = -(v3 & 1) & 0xe1000000;
      v3 = (v3 >>> 1) | (v2 << 31);
      v2 = (v2 >>> 1) | (v1 << 31);
      v1 = (v1 >>> 1) | (v0 << 31);
      v0 = (v0 >>> 1) ^ reduce;
    }
  }
  y.set([z0, z1, z2, z3]);
}
