import { createHash, randomBytes } from "node:crypto";

/** Returns a new token of a sign-in or of a one-time link: 256 random bits. It is kept only as its hash. */
export function makeOperatorToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Returns what is kept of a token. As with API keys, nobody guesses 256 random bits: one SHA-256 is right. */
export function hashOperatorToken(token: string): Buffer {
  return createHash("sha256").update(`habitus-operator-1\n${token}`).digest();
}
