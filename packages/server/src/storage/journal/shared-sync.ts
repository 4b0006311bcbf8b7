import { fdatasync } from "node:fs";
import { promisify } from "node:util";
import { StorageError } from "../storage.ts";

const syncFile = promisify(fdatasync);

/**
 * Returns a function that resolves when everything written to the file before the call is on the disk. The thread pool
 * does it while the next requests are read; calls that come while a sync runs share the next one.
 */
export function createSharedSync(currentFile: () => number): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let failure: StorageError | undefined;

  const start = async (): Promise<void> => {
    try {
      if (failure === undefined) await syncFile(currentFile());
    } catch (cause) {
      // The kernel may forget what it could not write, so nothing after this can be promised.
      failure = new StorageError("unavailable", "The disk failed: start the service again.", { cause });
    } finally {
      running = undefined;
    }
    if (failure !== undefined) throw failure;
  };
  const begin = (): Promise<void> => {
    next = undefined;
    running = start();
    return running;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running.then(begin, begin);
    return next;
  };
}
