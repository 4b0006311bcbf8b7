import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeDataKey, open, type SealContext, seal } from "./envelope.ts";
import { keyProviderOf } from "./file.ts";

const context: SealContext = { application: "app", subject: "alice", kind: "sample", version: "1/x" };
const refused = expect.objectContaining({ name: "KeyError", code: "wrongSeal" });

describe("an envelope", () => {
  test("opens in its own place with its own key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (plain) => {
        const key = makeDataKey();
        expect(Buffer.from(plain).equals(open(key, context, seal(key, context, plain)))).toBe(true);
      }),
    );
  });

  test("opens nowhere else: another application, subject, kind, version or key is refused", () => {
    const key = makeDataKey();
    const sealed = seal(key, context, Buffer.from("features"));
    const others: SealContext[] = [
      { ...context, application: "other" },
      { ...context, subject: "bob" },
      { ...context, kind: "reference" },
      { ...context, version: "1/y" },
      { ...context, version: "2/x" },
      // The same text, cut at another place.
      { ...context, application: "app|5:alice", subject: "" },
      { ...context, application: "appa", subject: "lice" },
    ];
    for (const other of others) expect(() => open(key, other, sealed)).toThrow(refused);
    expect(() => open(makeDataKey(), context, sealed)).toThrow(refused);
  });

  test("a change of any single bit, and any cut, is refused", () => {
    const key = makeDataKey();
    const sealed = seal(key, context, Buffer.from("some features"));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, context, changed)).toThrow(expect.objectContaining({ name: "KeyError" }));
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => open(key, context, sealed.subarray(0, length))).toThrow(
        expect.objectContaining({ name: "KeyError" }),
      );
  });

  test("the same plain text never gives the same bytes", () => {
    const key = makeDataKey();
    const seen = new Set<string>();
    for (let i = 0; i < 2000; i += 1) seen.add(seal(key, context, Buffer.from("x")).toString("hex").slice(0, 26));
    expect(seen.size).toBe(2000);
  });
});

describe("a wrapped data key", () => {
  test("unwraps only for its own subject and with its own key-encryption key", async () => {
    const provider = keyProviderOf(Buffer.alloc(32, 1), "test");
    const other = keyProviderOf(Buffer.alloc(32, 2), "test");
    const dataKey = makeDataKey();
    const wrapped = await provider.wrap(dataKey, "app/alice");
    expect(Buffer.from(await provider.unwrap(wrapped, "app/alice")).equals(dataKey)).toBe(true);
    await expect(provider.unwrap(wrapped, "app/bob")).rejects.toMatchObject({ code: "wrongSeal" });
    await expect(other.unwrap(wrapped, "app/alice")).rejects.toMatchObject({ code: "wrongSeal" });
    await expect(provider.unwrap(wrapped.slice(0, 9), "app/alice")).rejects.toMatchObject({ code: "malformedSeal" });
  });

  test("derived keys differ by label and depend on nothing else", async () => {
    const provider = keyProviderOf(Buffer.alloc(32, 1), "test");
    const again = keyProviderOf(Buffer.alloc(32, 1), "test");
    const [a, b, c] = await Promise.all([provider.derive("a", 32), provider.derive("b", 32), again.derive("a", 32)]);
    expect(a).not.toEqual(b);
    expect(a).toEqual(c);
  });
});
