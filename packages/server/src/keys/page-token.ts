import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** What a token of the subject's own page says: whose page, which life of the subject, and until when (epoch milliseconds). */
export interface PageClaim {
  readonly application: string;
  readonly subject: string;
  /** When the subject came to be: whoever has the same id after an erasure is another. */
  readonly since: number;
  readonly expiresAt: number;
  /** However much the page is used. */
  readonly endsAt: number;
  readonly returnTo: string | null;
}

const PREFIX = "hbp1";
const MAX_TOKEN = 2000;
const claimSchema = z.strictObject({
  application: z.string(),
  subject: z.string(),
  since: z.number(),
  expiresAt: z.number(),
  endsAt: z.number(),
  returnTo: z.string().nullable(),
});

export type PageTokenCheck =
  | { readonly kind: "valid"; readonly claim: PageClaim }
  | { readonly kind: "over" }
  | { readonly kind: "forged" };

export interface PageTokens {
  readonly issue: (claim: PageClaim) => string;
  /** Never says `over` of a token that this service did not issue. */
  readonly check: (token: string, now: number) => PageTokenCheck;
}

/** Returns a maker and checker of page tokens: claim and HMAC-SHA-256 in base64url, under a key that signs nothing else. */
export function createPageTokens(tokenKey: Uint8Array): PageTokens {
  const key = createHmac("sha256", tokenKey).update("habitus-subject-page-1").digest();
  const sign = (body: string): string => createHmac("sha256", key).update(`${PREFIX}.${body}`).digest("base64url");
  return {
    issue(claim) {
      const body = Buffer.from(JSON.stringify(claim)).toString("base64url");
      return `${PREFIX}.${body}.${sign(body)}`;
    },
    check(token, now) {
      const [prefix, body, mac, ...rest] = token.length > MAX_TOKEN ? [] : token.split(".");
      if (prefix !== PREFIX || body === undefined || mac === undefined || rest.length > 0) return { kind: "forged" };
      const [right, given] = [Buffer.from(sign(body)), Buffer.from(mac)];
      if (right.length !== given.length || !timingSafeEqual(right, given)) return { kind: "forged" };
      const claim = claimSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString())); // it was signed: we wrote it
      return claim.expiresAt > now && claim.endsAt > now ? { kind: "valid", claim } : { kind: "over" };
    },
  };
}
