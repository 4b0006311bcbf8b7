import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How who holds the machine reaches the service that runs on a data folder: to rotate its keys while it serves. */
export interface HostFile {
  readonly url: string;
  readonly token: string;
}

const FILE = "host.json";

export function makeHostToken(): string {
  return `habitus_host_${randomBytes(32).toString("base64url")}`;
}

/** Written whole or not at all, for the owner of the folder alone; a token lasts as long as its process. */
export async function writeHostFile(dataDir: string, file: HostFile): Promise<void> {
  const path = join(dataDir, FILE);
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: "wx" });
  await rename(`${path}.new`, path);
}

/** Returns how to reach the service that runs on the folder, or undefined where there is none. */
export async function readHostFile(dataDir: string): Promise<HostFile | undefined> {
  try {
    const { url, token } = JSON.parse(await readFile(join(dataDir, FILE), "utf8"));
    return typeof url === "string" && typeof token === "string" ? { url, token } : undefined;
  } catch {
    return undefined;
  }
}

export async function removeHostFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE), { force: true });
}
