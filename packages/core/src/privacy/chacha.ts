/** Bytes of a key. */
export const KEY_BYTES = 32;

/**
 * Returns one block of 64 bytes of the ChaCha20 key stream (RFC 8439, section 2.3), for as long as `counter` < 2^32. Without the key it
 * cannot be told from noise. Nothing is enciphered with it here: it says how a key turns space, on every machine alike.
 */
export function chachaBlock(key: Uint8Array, nonce: Uint8Array, counter: number): Uint8Array {
  if (key.length !== KEY_BYTES) throw new RangeError(`"key" expected ${KEY_BYTES} bytes, got ${key.length}`);
  if (nonce.length !== 12) throw new RangeError(`"nonce" expected 12 bytes, got ${nonce.length}`);
  const start = new Uint32Array(16);
  start.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]); // "expand 32-byte k"
  const words = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < 8; i += 1) start[4 + i] = words(key).getUint32(4 * i, true);
  start[12] = counter;
  for (let i = 0; i < 3; i += 1) start[13 + i] = words(nonce).getUint32(4 * i, true);
  const state = start.slice();
  for (let round = 0; round < 10; round += 1) {
    for (let i = 0; i < 4; i += 1) quarterRound(state, [i, 4 + i, 8 + i, 12 + i]);
    for (let i = 0; i < 4; i += 1) quarterRound(state, [i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4)]);
  }
  const block = new Uint8Array(64);
  const view = words(block);
  for (let i = 0; i < 16; i += 1) view.setUint32(4 * i, ((state[i] ?? 0) + (start[i] ?? 0)) >>> 0, true);
  return block;
}

function quarterRound(state: Uint32Array, [a, b, c, d]: readonly [number, number, number, number]): void {
  const step = (to: number, from: number, turned: number, by: number): void => {
    state[to] = ((state[to] ?? 0) + (state[from] ?? 0)) >>> 0;
    const mixed = (state[turned] ?? 0) ^ (state[to] ?? 0);
    state[turned] = (mixed << by) | (mixed >>> (32 - by));
  };
  step(a, b, d, 16);
  step(c, d, b, 12);
  step(a, b, d, 8);
  step(c, d, b, 7);
}
