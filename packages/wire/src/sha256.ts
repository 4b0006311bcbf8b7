/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104), synchronous and small: a page that is being hidden has no time
 * to wait for WebCrypto. The service uses its platform's own; a test holds the two against each other.
 */
const INITIAL = new Int32Array(8);
const ROUND = new Int32Array(64);
for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) isPrime = false;
  if (!isPrime) continue;
  const fraction = (root: number): number => ((candidate ** root % 1) * 0x100000000) | 0; // FIPS 180-4, 4.2.2 and 5.3.3
  if (found < 8) INITIAL[found] = fraction(1 / 2);
  ROUND[found] = fraction(1 / 3);
  found += 1;
}

/** Returns the 32-byte digest of the message. */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((message.length + 72) >> 6) << 6);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(padded.length - 4, message.length << 3);
  const state = INITIAL.slice();
  const w = new Int32Array(64);
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, w, view, offset);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => {
    digest.setInt32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** Returns the 32-byte HMAC-SHA-256 of the message. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(
    concat(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    concat(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

/** Returns an unsigned 32-bit keyed hash of a name: how pages and fields are known to the service. */
export function hashName(key: Uint8Array, name: string): number {
  return new DataView(hmacSha256(key, new TextEncoder().encode(name)).buffer).getUint32(0);
}

function compress(state: Int32Array, w: Int32Array, view: DataView, offset: number): void {
  const at = (i: number): number => w[i] as number;
  for (let i = 0; i < 64; i += 1) {
    if (i < 16) w[i] = view.getInt32(offset + i * 4);
    else {
      const x = at(i - 15);
      const y = at(i - 2);
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[i] = (at(i - 16) + s0 + at(i - 7) + s1) | 0;
    }
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]; // 8 words
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + at(i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = ((state[i] as number) + word) | 0;
  });
}

function rotate(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
