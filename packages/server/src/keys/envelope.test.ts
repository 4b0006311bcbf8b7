import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeDataKey, open, type SealContext, seal } from "./envelope.ts";
import { secretsOf } from "./secrets.ts";
import { memoryKeyProvider } from "./software.ts";

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
    const provider = memoryKeyProvider(Buffer.alloc(32, 1));
    const other = memoryKeyProvider(Buffer.alloc(32, 2));
    const dataKey = makeDataKey();
    const wrapped = await provider.wrap(dataKey, "app/alice");
    expect(Buffer.from(await provider.unwrap(wrapped, "app/alice")).equals(dataKey)).toBe(true);
    await expect(provider.unwrap(wrapped, "app/bob")).rejects.toMatchObject({ code: "wrongSeal" });
    await expect(other.unwrap(wrapped, "app/alice")).rejects.toMatchObject({ code: "wrongSeal" });
    await expect(provider.unwrap(wrapped.slice(0, 9), "app/alice")).rejects.toMatchObject({ code: "malformedSeal" });
  });

  test("unwraps with no bit of it changed, its head included", async () => {
    const provider = memoryKeyProvider(Buffer.alloc(32, 1));
    await provider.rotate();
    const wrapped = await provider.wrap(makeDataKey(), "app/alice");
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const changed = Buffer.from(wrapped);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(provider.unwrap(changed, "app/alice")).rejects.toMatchObject({ name: "KeyError" });
    }
  });

  test("of an older key-encryption key unwraps until that one is destroyed, and never after", async () => {
    const provider = memoryKeyProvider();
    const [one, two] = [makeDataKey(), makeDataKey()];
    const old = await provider.wrap(one, "x");
    expect(await provider.rotate()).toBe(2);
    const both = await provider.wrap(Buffer.concat([two, one]), "x");
    expect(Buffer.from(await provider.unwrap(old, "x")).equals(one)).toBe(true);
    expect(await provider.versions()).toEqual([1, 2]);
    await expect(provider.destroy(2)).rejects.toMatchObject({ code: "keyInUse" });
    await provider.destroy(1);
    await expect(provider.unwrap(old, "x")).rejects.toMatchObject({ code: "unknownKey" });
    expect(Buffer.from(await provider.unwrap(both, "x")).equals(Buffer.concat([two, one]))).toBe(true);
  });
});

test("derived keys differ by label and root and depend on nothing else", () => {
  const [secrets, again, other] = [1, 1, 2].map((byte) => secretsOf(Buffer.alloc(32, byte)));
  expect(secrets?.derive("a", 32)).toEqual(again?.derive("a", 32));
  for (const different of [secrets?.derive("b", 32), other?.derive("a", 32)])
    expect(different).not.toEqual(secrets?.derive("a", 32));
});
