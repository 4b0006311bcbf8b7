/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104), synchronous and small: a page that is being hidden has no time
 * to wait for WebCrypto. The service uses its platform's own; a test holds the two against each other.
 */
const INITIAL = new Int32Array(8);
const ROUND = new Int32Array(64);
const primes: number[] = [];
for (let candidate = 2; primes.length < 64; candidate += 1) {
  if (!primes.every((prime) => candidate % prime)) continue;
  const fraction = (root: number): number => (candidate ** root % 1) * 0x100000000; // FIPS 180-4, 4.2.2 and 5.3.3
  INITIAL[primes.length] = fraction(1 / 2); // the ninth and later fall outside and are not kept
  ROUND[primes.length] = fraction(1 / 3);
  primes.push(candidate);
}

/** Returns the 32-byte digest of the message. */
export function sha256(message: Uint8Array): Uint8Array {
  const { length } = message;
  const padded = new Uint8Array(((length + 72) >> 6) << 6);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, length / 0x20000000);
  view.setUint32(padded.length - 4, length * 8); // modulo 2^32
  const state = INITIAL.slice();
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, view, offset);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => {
    digest.setInt32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** Returns the 32-byte HMAC-SHA-256 of the message. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > 64 ? sha256(key) : key;
  const digest = (mask: number, rest: Uint8Array): Uint8Array => {
    const joined = new Uint8Array(64 + rest.length).fill(mask, 0, 64);
    short.forEach((byte, i) => {
      joined[i] = byte ^ mask;
    });
    joined.set(rest, 64);
    return sha256(joined);
  };
  return digest(0x5c, digest(0x36, message));
}

/** Returns an unsigned 32-bit keyed hash of a name: how pages and fields are known to the service. */
export function hashName(key: Uint8Array, name: string): number {
  return new DataView(hmacSha256(key, new TextEncoder().encode(name)).buffer).getUint32(0);
}

/** The last sixteen words of the message schedule: word i stands at i mod 16. */
const schedule = new Int32Array(16);

function compress(state: Int32Array, view: DataView, offset: number): void {
  const w = (i: number): number => schedule[i & 15] as number; // 16 words
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]; // 8 words
  for (let i = 0; i < 64; i += 1) {
    if (i < 16) schedule[i] = view.getInt32(offset + i * 4);
    else {
      const x = w(i + 1);
      const y = w(i + 14);
      schedule[i & 15] =
        w(i) + w(i + 9) + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    const t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + w(i);
    const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] as number) + word;
  });
}

/** Returns the word turned right by this number of bits. */
function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
