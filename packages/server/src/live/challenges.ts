import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Challenges of passkeys. */
export interface Challenges {
  /** Returns a challenge that is good once, for two minutes, for what it is bound to. */
  readonly issue: (boundTo: string) => Uint8Array<ArrayBuffer>;
  /** Whether the challenge (base64url) is one of ours, for this, in time, and not taken before; from now on it is. */
  readonly redeem: (challenge: string, boundTo: string) => boolean;
}

const LIFETIME_MS = 120_000;
const RANDOM_BYTES = 16;
const HEAD_BYTES = RANDOM_BYTES + 8;
const MAC_BYTES = 16;

/**
 * Returns challenges that say themselves until when they are good, under a key that ends with the process: nobody can fill a list by
 * asking for them. Only those that came back are remembered, until their time is over.
 */
export function createChallenges(now: () => number): Challenges {
  const key = randomBytes(32);
  const taken = new Map<string, number>();
  const macOf = (head: Buffer, boundTo: string): Buffer =>
    createHmac("sha256", key).update(head).update(boundTo).digest().subarray(0, MAC_BYTES);
  return {
    issue(boundTo) {
      const head = Buffer.alloc(HEAD_BYTES);
      randomBytes(RANDOM_BYTES).copy(head);
      head.writeDoubleBE(now() + LIFETIME_MS, RANDOM_BYTES);
      return Uint8Array.from([...head, ...macOf(head, boundTo)]);
    },
    redeem(challenge, boundTo) {
      const bytes = Buffer.from(challenge, "base64url");
      if (bytes.length !== HEAD_BYTES + MAC_BYTES || bytes.toString("base64url") !== challenge) return false;
      const head = bytes.subarray(0, HEAD_BYTES);
      if (!timingSafeEqual(bytes.subarray(HEAD_BYTES), macOf(head, boundTo))) return false;
      const endsAt = head.readDoubleBE(RANDOM_BYTES);
      for (const [one, end] of taken) if (end <= now()) taken.delete(one);
      if (endsAt <= now() || taken.has(challenge)) return false;
      taken.set(challenge, endsAt);
      return true;
    },
  };
}
