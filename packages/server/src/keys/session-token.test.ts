import fc from "fast-check";
import { expect, test } from "vitest";
import { createSessionTokens } from "./session-token.ts";

const claim = { application: "app", session: "session", expiresAt: 1000 };

test("a token says what it was issued for until its time is over, then that it expired", () => {
  const tokens = createSessionTokens(Buffer.alloc(32, 1));
  const token = tokens.issue(claim);
  expect(tokens.check(token, 999)).toEqual({ kind: "valid", claim });
  expect(tokens.check(token, 1000)).toEqual({ kind: "expired" });
});

test("another key's token, or one with any character changed, is forged, never expired", () => {
  const tokens = createSessionTokens(Buffer.alloc(32, 1));
  const token = tokens.issue(claim);
  expect(createSessionTokens(Buffer.alloc(32, 2)).check(token, 5000)).toEqual({ kind: "forged" });
  for (let i = 0; i < token.length; i += 1) {
    const other = token[i] === "A" ? "B" : "A";
    expect(tokens.check(token.slice(0, i) + other + token.slice(i + 1), 5000)).toEqual({ kind: "forged" });
  }
  fc.assert(fc.property(fc.string({ maxLength: 600 }), (text) => tokens.check(text, 0).kind === "forged"));
});
