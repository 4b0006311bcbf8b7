import { randomBytes } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lookInside, PIN, type SoftHsm, startSoftHsm, whyNoHsm } from "../../../test/softhsm.ts";
import { CKA, CKR, type Cryptoki, loadCryptoki } from "./cryptoki.ts";
import { openPkcs11Keys } from "./provider.ts";
import { createRefusedPins, openToken } from "./token.ts";

const why = whyNoHsm();
if (why !== undefined) process.stderr.write(`PKCS #11 is not tested here: ${why}\n`);

describe.skipIf(why !== undefined)("keys on a PKCS #11 token", () => {
  let hsm: SoftHsm;
  const clock = { now: 0 };
  const open = (mayMake = true) => openPkcs11Keys(hsm.config, { mayMake, now: () => clock.now });
  const dataKey = randomBytes(32);
  beforeEach(async () => {
    hsm = await startSoftHsm();
  });
  afterEach(() => hsm.remove());

  test("never leave it: the module refuses to tell the value of the key that it made", async () => {
    const provider = await open();
    await provider.wrap(dataKey, "x");
    const { module, session, keys } = lookInside(hsm.config);
    const [key] = keys;
    if (keys.length !== 1 || key === undefined) throw new Error(`${keys.length} keys`);
    expect(() => module.C_GetAttributeValue(session, key, [{ type: CKA.VALUE }])).toThrow("CKR_ATTRIBUTE_SENSITIVE");
    const said = module.C_GetAttributeValue(session, key, [{ type: CKA.EXTRACTABLE }, { type: CKA.SENSITIVE }]);
    expect(said.map(({ value }) => value[0])).toEqual([0, 1]);
    await provider.close();
  });

  test("wrap for one place: another context, and any changed bit, opens nothing and leaves the token in use", async () => {
    const provider = await open();
    const wrapped = await provider.wrap(dataKey, "app/alice");
    expect(Buffer.from(await provider.unwrap(wrapped, "app/alice")).equals(dataKey)).toBe(true);
    expect(wrapped.length).toBe(7 + 12 + 32 + 16);
    await expect(provider.unwrap(wrapped, "app/bob")).rejects.toMatchObject({ code: "wrongSeal" });
    for (let bit = 0; bit < wrapped.length * 8; bit += 5) {
      const changed = Buffer.from(wrapped);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const refusal = expect.objectContaining({
        name: "KeyError",
        code: expect.not.stringContaining("keysUnavailable"),
      });
      await expect(provider.unwrap(changed, "app/alice")).rejects.toEqual(refusal);
    }
    for (let length = 0; length < wrapped.length; length += 7)
      await expect(provider.unwrap(wrapped.subarray(0, length), "app/alice")).rejects.toMatchObject({
        code: "malformedSeal",
      });
    expect(Buffer.from(await provider.unwrap(wrapped, "app/alice")).equals(dataKey)).toBe(true);
    await provider.close();
  });

  test("rotate: a new key on the token wraps, the older one unwraps until it is destroyed there", async () => {
    const provider = await open();
    const old = await provider.wrap(dataKey, "x");
    expect(await provider.rotate()).toBe(2);
    const again = await open(false);
    expect(await again.versions()).toEqual([1, 2]);
    const young = await again.wrap(Buffer.concat([dataKey, dataKey]), "x");
    expect((await again.unwrap(young, "x")).length).toBe(64);
    expect(Buffer.from(await again.unwrap(old, "x")).equals(dataKey)).toBe(true);
    await expect(provider.destroy(2)).rejects.toMatchObject({ code: "keyInUse" });
    await provider.destroy(1);
    expect(lookInside(hsm.config).keys.length).toBe(1);
    await expect(provider.unwrap(old, "x")).rejects.toMatchObject({ code: "unknownKey" });
    expect((await provider.unwrap(young, "x")).length).toBe(64);
  });

  test("a key that another process made meanwhile is found", async () => {
    const [one, other] = [await open(), await open()];
    await other.rotate();
    const wrapped = await other.wrap(dataKey, "x");
    expect(Buffer.from(await one.unwrap(wrapped, "x")).equals(dataKey)).toBe(true);
  });

  test("a wrong PIN is told, and is tried once, so that nobody's retries lock the token", async () => {
    await (await open()).close();
    await writeFile(hsm.pinFile, "0000");
    await chmod(hsm.pinFile, 0o644);
    await expect(open()).rejects.toMatchObject({ code: "exposedKey", message: expect.stringContaining("chmod 600") });
    await chmod(hsm.pinFile, 0o600);
    const { remove, ...rest } = hsm;
    await remove(); // whoever has signed in before is signed out
    hsm = { ...(await startSoftHsm()) };
    expect(rest.config.token).toBe("habitus");
    await writeFile(hsm.pinFile, "0000", { mode: 0o600 });
    await expect(open()).rejects.toMatchObject({
      code: "misconfigured",
      message: expect.stringContaining("correct the file"),
    });
    let attempts = 0;
    const module: Cryptoki = Object.assign(loadCryptoki(hsm.config.module), {
      C_Login() {
        attempts += 1;
        throw Object.assign(new Error("CKR_PIN_INCORRECT"), { code: CKR.PIN_INCORRECT });
      },
    });
    const pins = createRefusedPins();
    for (let i = 0; i < 20; i += 1)
      await expect(openToken(module, hsm.config, pins)).rejects.toMatchObject({ code: "misconfigured" });
    expect(attempts).toBe(1);
    await writeFile(hsm.pinFile, "", { mode: 0o600 });
    await expect(open()).rejects.toMatchObject({ code: "misconfigured" });
    await writeFile(hsm.pinFile, PIN, { mode: 0o600 });
    await (await open()).check();
  });

  test("a wrong module, token or label is told with the name of the setting, and makes no key over old data", async () => {
    const refused = async (change: Partial<SoftHsm["config"]>, expected: object): Promise<void> => {
      const opening = openPkcs11Keys({ ...hsm.config, ...change }, { mayMake: false });
      await expect(opening).rejects.toMatchObject(expected);
    };
    const telling = (name: string) => expect.stringContaining(name);
    await refused({ module: "/nowhere.so" }, { code: "misconfigured", message: telling("HABITUS_PKCS11_MODULE") });
    await refused({ pinFile: "/nowhere" }, { code: "misconfigured", message: telling("HABITUS_PKCS11_PIN_FILE") });
    await refused({ token: "other" }, { code: "keysUnavailable", message: telling("HABITUS_PKCS11_TOKEN") });
    await refused({ keyLabel: "other" }, { code: "missingKey", message: telling("HABITUS_PKCS11_KEY_LABEL") });
    expect(lookInside({ ...hsm.config, keyLabel: "other" }).keys).toEqual([]);
  });

  test("a token that goes away is told as such, asked no more than once a second, and used again when it is back", async () => {
    const provider = await open();
    const wrapped = await provider.wrap(dataKey, "x");
    await hsm.takeAway();
    const away = { code: "keysUnavailable" };
    await expect(provider.unwrap(wrapped, "x")).rejects.toMatchObject(away);
    await expect(provider.wrap(dataKey, "x")).rejects.toMatchObject(away);
    await expect(provider.check()).rejects.toMatchObject(away);
    await hsm.bringBack();
    await expect(provider.unwrap(wrapped, "x")).rejects.toMatchObject(away); // within the same second
    clock.now += 1_000;
    expect(Buffer.from(await provider.unwrap(wrapped, "x")).equals(dataKey)).toBe(true);
    await provider.check();
  });
});
