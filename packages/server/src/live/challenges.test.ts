import { expect, test } from "vitest";
import { createChallenges } from "./challenges.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

test("a challenge is taken once, for what it was made for, within two minutes", () => {
  let now = 1_000;
  const { issue, redeem } = createChallenges(() => now);
  const first = text(issue("sign-in\nlocalhost"));
  expect(redeem(first, "registration\nlocalhost"), "for something else").toBe(false);
  expect(redeem(first, "sign-in\nlocalhost")).toBe(true);
  expect(redeem(first, "sign-in\nlocalhost"), "again").toBe(false);
  const late = text(issue("a"));
  now += 120_000;
  expect(redeem(late, "a")).toBe(false);
  expect(redeem(first, "sign-in\nlocalhost"), "again, when it is over").toBe(false);
});

test("a challenge of nobody's, of another process, or changed in any bit is not taken", () => {
  const { issue, redeem } = createChallenges(() => 0);
  const challenge = issue("a");
  for (let bit = 0; bit < 8 * challenge.length; bit += 1) {
    const changed = Uint8Array.from(challenge);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(redeem(text(changed), "a"), `bit ${bit}`).toBe(false);
  }
  expect(redeem(text(createChallenges(() => 0).issue("a")), "a")).toBe(false);
  for (const made of ["", "AAAA", text(new Uint8Array(40)), `${text(challenge)}=`, `${text(challenge)}A`])
    expect(redeem(made, "a"), made).toBe(false);
  expect(redeem(text(challenge), "a"), "unchanged it is").toBe(true);
});
