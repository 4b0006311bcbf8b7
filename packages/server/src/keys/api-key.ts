import { createHash, randomBytes } from "node:crypto";

const PREFIX = "habitus_";

/** Returns a new API key: 256 random bits. It is shown once and kept only as its hash. */
export function makeApiKey(): string {
  return PREFIX + randomBytes(32).toString("base64url");
}

/** Returns how a key begins: enough to tell keys apart, 36 of 256 bits. */
export function prefixOf(apiKey: string): string {
  return apiKey.slice(0, PREFIX.length + 6);
}

/**
 * Returns what is kept of an API key. One SHA-256 is right here: slow hashes (Argon2, scrypt) exist because people's
 * passwords can be guessed; nobody guesses 256 random bits, and each request has to look the key up. Looking a
 * hash up takes longer or shorter by the bits of the hash, which tell nothing of the bits of the key.
 */
export function hashApiKey(apiKey: string): Buffer {
  return createHash("sha256").update(`habitus-api-key-1\n${apiKey}`).digest();
}
