import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { StorageError } from "../storage.ts";

/** Writes all of it there or nothing. Throws a `StorageError`. */
export function writeWhole(file: number, bytes: Buffer, position: number): void {
  let written = 0;
  try {
    while (written < bytes.length)
      written += writeSync(file, bytes, written, bytes.length - written, position + written);
  } catch (cause) {
    ftruncateSync(file, position);
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
    throw new StorageError(full ? "full" : "unavailable", full ? "The disk is full." : "The disk failed.", { cause });
  }
}

/** Makes sure that the names in the folder survive a loss of power, where the system lets it. */
export function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, "r");
  } catch {
    return; // not every system lets a folder be opened
  }
  try {
    fsyncSync(folder);
  } catch {
    // nor synced
  } finally {
    closeSync(folder);
  }
}

export async function readPart(path: string, offset: number, end: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(end - offset), 0, end - offset, offset);
    return buffer;
  } finally {
    await file.close();
  }
}
