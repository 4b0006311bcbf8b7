import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { openFileKeys } from "./file.ts";
import { openSecrets } from "./secrets.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-key-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const fresh = { mayMake: true };
const dataKey = randomBytes(32);

test("the key file is made once, for its owner alone, and read again", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "new", "key");
  const { provider } = await openFileKeys(path, fresh);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "new"))).toEqual(["key"]);
  const wrapped = await provider.wrap(dataKey, "x");
  const again = await openFileKeys(path, { mayMake: false });
  expect(Buffer.from(await again.provider.unwrap(wrapped, "x")).equals(dataKey)).toBe(true);
});

test("a rotated key file holds both keys for its owner alone, and after the old one was destroyed no byte of it", async () => {
  const path = join(await emptyFolder(), "key");
  const { provider } = await openFileKeys(path, fresh);
  const wrapped = await provider.wrap(dataKey, "x");
  const first = JSON.parse(await readFile(path, "utf8")).keys[0].key as string; // its own layout
  expect(await provider.rotate()).toBe(2);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const rotated = (await openFileKeys(path, fresh)).provider;
  expect(Buffer.from(await rotated.unwrap(wrapped, "x")).equals(dataKey)).toBe(true);
  await rotated.destroy(1);
  expect(await readFile(path, "utf8")).not.toContain(first);
  const last = (await openFileKeys(path, fresh)).provider;
  expect(await last.versions()).toEqual([2]);
  await expect(last.unwrap(wrapped, "x")).rejects.toMatchObject({ code: "unknownKey" });
});

test("a missing key file is never replaced where there is data that it opens", async () => {
  const folder = await emptyFolder();
  await expect(openFileKeys(join(folder, "key"), { mayMake: false })).rejects.toMatchObject({
    code: "missingKey",
    message: expect.stringContaining("restore the file from its backup"),
  });
  expect(await readdir(folder)).toEqual([]);
});

test("a key file cut short anywhere, or of something else, is refused and left as it is", async () => {
  const path = join(await emptyFolder(), "key");
  await openFileKeys(path, fresh);
  const whole = await readFile(path);
  const others = [Buffer.from("short"), Buffer.alloc(0), Buffer.from("{}"), Buffer.from("null"), randomBytes(31)];
  const cuts = Array.from({ length: whole.length - 2 }, (_, i) => whole.subarray(0, i)).filter((c) => c.length !== 32);
  for (const text of [...others, ...cuts]) {
    await writeFile(path, text);
    const refusal = expect.objectContaining({ code: "unreadableKey", message: expect.stringContaining("restore it") });
    await expect(openFileKeys(path, fresh)).rejects.toEqual(refusal);
    expect((await readFile(path)).equals(text)).toBe(true);
  }
});

test("a key file that others may read is refused, and the refusal says what to do", async () => {
  const path = join(await emptyFolder(), "key");
  await openFileKeys(path, fresh);
  for (const mode of [0o644, 0o640, 0o606]) {
    await chmod(path, mode);
    await expect(openFileKeys(path, fresh)).rejects.toMatchObject({
      code: "exposedKey",
      message: expect.stringContaining("chmod 600"),
    });
  }
});

test("a disk that takes no more leaves the old keys in use", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "key");
  const { provider } = await openFileKeys(path, fresh);
  const before = await readFile(path);
  await rm(folder, { recursive: true }); // nothing can be written there
  await expect(provider.rotate()).rejects.toMatchObject({
    name: "KeyError",
    message: expect.stringContaining("as before"),
  });
  expect(await provider.versions()).toEqual([1]);
  expect(before.length).toBeGreaterThan(32);
});

test("a key file from before keys had versions opens what it wrapped, derives what it derived, and can be rotated", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "key");
  const key = randomBytes(32);
  await writeFile(path, key, { mode: 0o600 });
  // As it was then: AES-256-GCM under HKDF(key, "wrap"), and HKDF(key, "derive|" + label).
  const hkdf = (info: string): Buffer => Buffer.from(hkdfSync("sha256", key, "habitus-key-1", info, 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", hkdf("wrap"), nonce).setAAD(Buffer.from("habitus-wrap-1|3:app|1:a"));
  const ciphertext = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  const wrapped = Buffer.concat([Buffer.of(1), nonce, ciphertext, cipher.getAuthTag()]);

  const storage = openSqlite(join(folder, "habitus.db"));
  onTestFinished(() => storage.close());
  const { provider, rootBefore } = await openFileKeys(path, { mayMake: false });
  const secrets = await openSecrets(storage, provider, { rootBefore });
  expect(Buffer.from(secrets.derive("collector-token", 32)).equals(hkdf("derive|collector-token"))).toBe(true);
  expect(Buffer.from(await provider.unwrap(wrapped, "3:app|1:a")).equals(dataKey)).toBe(true);
  await expect(provider.unwrap(wrapped, "3:app|1:b")).rejects.toMatchObject({ code: "wrongSeal" });
  await provider.rotate();
  const rotated = await openFileKeys(path, { mayMake: false });
  expect(rotated.rootBefore).toBeUndefined();
  expect(Buffer.from(await rotated.provider.unwrap(wrapped, "3:app|1:a")).equals(dataKey)).toBe(true);
  const same = await openSecrets(storage, rotated.provider);
  expect(same.derive("x", 16)).toEqual(secrets.derive("x", 16));
});

test("another service's key file opens nothing, and says so before anything is written", async () => {
  const folder = await emptyFolder();
  const storage = openSqlite(join(folder, "habitus.db"));
  onTestFinished(() => storage.close());
  await openSecrets(storage, (await openFileKeys(join(folder, "key"), fresh)).provider);
  const stranger = (await openFileKeys(join(folder, "other"), fresh)).provider;
  await expect(openSecrets(storage, stranger)).rejects.toMatchObject({
    code: "wrongKey",
    message: expect.stringContaining("belong together"),
  });
});
