import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the demo keeps beside its database: how its bank and other commands reach the service. */
export interface Keys {
  /** The demo bank's, as an application. */
  readonly apiKey: string;
  /** For commands on this machine: it may also make keys and operators. */
  readonly adminKey: string;
  /** Where the service listened last. */
  readonly url: string;
}

const FILE = "demo.json";

/** Returns the keys kept in the data folder, or undefined where there are none that can be read. */
export async function readKeys(dataDir: string): Promise<Keys | undefined> {
  try {
    const { apiKey, adminKey, url } = JSON.parse(await readFile(join(dataDir, FILE), "utf8"));
    const texts = [apiKey, adminKey, url];
    return texts.every((text) => typeof text === "string" && text !== "") ? { apiKey, adminKey, url } : undefined;
  } catch {
    return undefined; // the first start, or a file of something else: new keys are made
  }
}

/** Keeps the keys so that only this user can read them; a crash leaves the old file or the new one. */
export async function keepKeys(dataDir: string, keys: Keys): Promise<void> {
  const path = join(dataDir, FILE);
  const next = `${path}.new`;
  await writeFile(next, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(next, 0o600); // an older file would keep its mode
  await rename(next, path);
}
