import { hkdfSync, randomBytes } from "node:crypto";
import { chmod, mkdir, open as openFile, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openBytes, sealBytes } from "./envelope.ts";
import { KeyError, type KeyProvider } from "./key-provider.ts";

const KEY_BYTES = 32;

/**
 * Returns a provider whose key is a file of 32 random bytes, readable by its owner alone and made when it is missing.
 * Whoever has the file and the database can read everything: keep them apart in backups. A lost file cannot be
 * replaced: all that was sealed under it is gone.
 */
export async function openFileKeyProvider(path: string): Promise<KeyProvider> {
  const key = (await readKey(path)) ?? (await makeKey(path));
  return keyProviderOf(key, "file");
}

/** Returns a provider over a key in memory. */
export function keyProviderOf(key: Uint8Array, name: string): KeyProvider {
  const derive = (label: string, length: number): Buffer =>
    Buffer.from(hkdfSync("sha256", key, "habitus-key-1", label, length));
  const wrappingKey = derive("wrap", KEY_BYTES);
  return {
    name,
    wrap: async (dataKey, context) => sealBytes(wrappingKey, wrapContext(context), dataKey),
    unwrap: async (wrapped, context) => openBytes(wrappingKey, wrapContext(context), wrapped),
    derive: async (label, length) => derive(`derive|${label}`, length),
  };
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  let key: Buffer;
  try {
    key = await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new KeyError("unreadableKey", `The key file ${path} cannot be read.`, { cause: error });
  }
  if (key.length !== KEY_BYTES)
    throw new KeyError("unreadableKey", `The key file ${path} holds ${key.length} bytes instead of ${KEY_BYTES}.`);
  return key;
}

async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Written beside and renamed: a process killed here leaves no half key behind.
  const draft = join(folder, `.key-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    const file = await openFile(draft, "wx", 0o600);
    try {
      await file.writeFile(key);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, 0o600);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return key;
}

function wrapContext(context: string): Buffer {
  return Buffer.from(`habitus-wrap-1|${context}`);
}
