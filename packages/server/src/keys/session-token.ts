import { createHmac, timingSafeEqual } from "node:crypto";

/** What a collector token says: which session it may send to, and until when (epoch milliseconds). */
export interface SessionClaim {
  readonly application: string;
  readonly session: string;
  readonly expiresAt: number;
}

export type TokenCheck =
  | { readonly kind: "valid"; readonly claim: SessionClaim }
  | { readonly kind: "expired" }
  | { readonly kind: "forged" };

const PREFIX = "hbt1";
const MAX_TOKEN = 400;
const MAX_CACHED = 20_000;

export interface SessionTokens {
  readonly issue: (claim: SessionClaim) => string;
  /** Never says `expired` of a token that this service did not issue. */
  readonly check: (token: string, now: number) => TokenCheck;
}

/**
 * Returns a maker and checker of collector tokens: claim and HMAC-SHA-256 in base64url.
 * The service that issues them is the only one that reads them, so a JWT would add an algorithm field to distrust and
 * no use. A token that was right once is remembered, so that a running session does not pay for it again.
 */
export function createSessionTokens(key: Uint8Array): SessionTokens {
  const known = new Map<string, SessionClaim>();
  const sign = (body: string): Buffer => createHmac("sha256", key).update(body).digest();

  const verify = (token: string): SessionClaim | undefined => {
    const parts = token.split(".");
    const [prefix, body, mac] = parts;
    if (parts.length !== 3 || prefix !== PREFIX || body === undefined || mac === undefined) return undefined;
    const given = Buffer.from(mac, "base64url");
    const right = sign(`${PREFIX}.${body}`);
    // The text is compared too: base64url has several spellings of the same bytes.
    if (given.length !== right.length || !timingSafeEqual(given, right) || right.toString("base64url") !== mac)
      return undefined;
    const [application, session, expiresAt] = Buffer.from(body, "base64url").toString().split("\n");
    if (application === undefined || session === undefined) return undefined;
    return { application, session, expiresAt: Number(expiresAt) };
  };

  return {
    issue({ application, session, expiresAt }) {
      const body = Buffer.from(`${application}\n${session}\n${expiresAt}`).toString("base64url");
      return `${PREFIX}.${body}.${sign(`${PREFIX}.${body}`).toString("base64url")}`;
    },
    check(token, now) {
      if (token.length > MAX_TOKEN) return { kind: "forged" };
      let claim = known.get(token);
      if (claim === undefined) {
        claim = verify(token);
        if (claim === undefined) return { kind: "forged" };
        if (known.size >= MAX_CACHED) known.clear();
        known.set(token, claim);
      }
      return claim.expiresAt > now ? { kind: "valid", claim } : { kind: "expired" };
    },
  };
}
