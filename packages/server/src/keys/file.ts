import { randomBytes } from "node:crypto";
import { chmod, type FileHandle, mkdir, open as openFile, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyError, type KeyProvider } from "./key-provider.ts";
import { type KeyRing, providerOver } from "./software.ts";
import { KEY_BYTES } from "./wrapped.ts";

export interface FileKeys {
  readonly provider: KeyProvider;
  /** The key of a file from before keys had versions, from which everything else was derived then. */
  readonly rootBefore: Uint8Array | undefined;
}

export interface FileKeyOptions {
  /** There is no data yet: a missing file is made. Else it is refused, for a new key would open nothing. */
  readonly mayMake: boolean;
}

/**
 * Opens the key-encryption keys of a file that is readable by its owner alone. Whoever has the file and the database can read
 * everything: keep them apart in backups. A lost file cannot be replaced: all that was sealed under it is gone.
 */
export async function openFileKeys(path: string, { mayMake }: FileKeyOptions): Promise<FileKeys> {
  const save = (ring: KeyRing): Promise<void> => writeRing(path, ring);
  const text = await readKeyFile(path);
  if (text !== undefined) {
    const ring = decodeRing(path, text);
    return {
      provider: providerOver(ring, { name: "file", save }),
      rootBefore: text.length === KEY_BYTES ? ring.get(1) : undefined,
    };
  }
  if (!mayMake)
    throw new KeyError(
      "missingKey",
      `The key file ${path} is missing, and there is data that only it opens: restore the file from its backup. (To begin anew, move the data folder away.)`,
    );
  const ring: KeyRing = new Map([[1, randomBytes(KEY_BYTES)]]);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await save(ring);
  return { provider: providerOver(ring, { name: "file", save }), rootBefore: undefined };
}

async function readKeyFile(path: string): Promise<Buffer | undefined> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw new KeyError(
        "exposedKey",
        `Others than its owner may use the key file ${path} (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it, and habitus keys rotate if anybody may have read it.`,
      );
    return await readFile(path);
  } catch (error) {
    if (error instanceof KeyError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new KeyError(
      "unreadableKey",
      `The key file ${path} cannot be read: make it readable for the service alone.`,
      {
        cause: error,
      },
    );
  }
}

const FORMAT = "habitus-keys-2";

function encodeRing(ring: KeyRing): string {
  const keys = [...ring].map(([version, key]) => ({ version, key: Buffer.from(key).toString("base64") }));
  return `${JSON.stringify({ format: FORMAT, keys }, undefined, 2)}\n`;
}

function decodeRing(path: string, text: Buffer): KeyRing {
  if (text.length === KEY_BYTES) return new Map([[1, Uint8Array.from(text)]]); // from before keys had versions
  try {
    const { format, keys } = JSON.parse(text.toString()) as { format: unknown; keys: readonly unknown[] }; // tested below
    if (format !== FORMAT) throw new TypeError("another format");
    const ring = new Map(keys.map(decodeKey));
    if (ring.size === 0 || ring.size !== keys.length) throw new TypeError("no keys, or a version twice");
    return ring;
  } catch {
    // Without the cause: the parser's message quotes what it choked on.
    throw new KeyError(
      "unreadableKey",
      `The key file ${path} is cut short or no key file (${text.length} bytes): restore it from its backup. It was left as it is.`,
    );
  }
}

function decodeKey(entry: unknown): [number, Uint8Array] {
  const { version, key } = entry as { version: unknown; key: unknown }; // both of unknown type until tested
  const bytes = Buffer.from(typeof key === "string" ? key : "", "base64");
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || bytes.length !== KEY_BYTES)
    throw new TypeError("no key");
  return [version, bytes];
}

/** Writes beside and renames: a process killed here leaves the old file or the new one. What was there is overwritten. */
async function writeRing(path: string, ring: KeyRing): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.key-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    const file = await openFile(draft, "wx", 0o600);
    try {
      await file.writeFile(encodeRing(ring));
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, 0o600);
    const before = await openFile(path, "r+").catch(() => undefined);
    await rename(draft, path);
    await syncFolder(folder);
    if (before !== undefined) await overwrite(before);
  } catch (cause) {
    throw new KeyError("unreadableKey", `The key file ${path} cannot be written: the keys are as before.`, { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

/** A destroyed key should not lie in a block that is free: as far as the disk goes along with it. */
async function overwrite(file: FileHandle): Promise<void> {
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } catch {
    // the new file stands either way
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined); // not every system lets a folder be synced
  await folder?.close();
}
