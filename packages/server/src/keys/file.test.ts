import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileKeyProvider } from "./file.ts";

test("the key file is made once, for its owner alone, and read again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "habitus-key-"));
  const path = join(folder, "new", "key");
  const provider = await openFileKeyProvider(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readFile(path)).length).toBe(32);
  expect(await readdir(join(folder, "new"))).toEqual(["key"]);
  const again = await openFileKeyProvider(path);
  expect(await again.derive("x", 32)).toEqual(await provider.derive("x", 32));
  await rm(folder, { recursive: true });
});

test("a key file of another length is refused and left as it is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "habitus-key-"));
  const path = join(folder, "key");
  await writeFile(path, "short");
  await expect(openFileKeyProvider(path)).rejects.toMatchObject({ name: "KeyError", code: "unreadableKey" });
  expect(await readFile(path, "utf8")).toBe("short");
  await rm(folder, { recursive: true });
});
