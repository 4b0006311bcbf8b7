import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import type { ApplicationRow, Write } from "../storage/storage.ts";
import { SERVICE_CHAIN } from "./note-failures.ts";

/** Returns the application of this name, and what to write so that it is there. Throws a `TypeError` without a name. */
export async function findOrMakeApplication(
  { storage, now }: Pick<Deps, "storage" | "now">,
  name: string,
  origins?: readonly string[],
): Promise<{ readonly application: string; readonly writes: readonly Write[] }> {
  if (name.trim() === "") throw new TypeError("an application needs a name");
  if (name === SERVICE_CHAIN) throw new TypeError(`"${name}" is the name of the service's own log: choose another`);
  const known = (await storage.applications()).find((row) => row.name === name);
  const row: ApplicationRow = {
    application: known?.application ?? `app_${randomBytes(9).toString("base64url")}`,
    name,
    origins: origins ?? known?.origins ?? [],
    createdAt: known?.createdAt ?? now(),
  };
  return { application: row.application, writes: [{ kind: "putApplication", row }] };
}

/** Returns the application of this name, which is made when there is none; of the service's own log its chain. */
export async function findApplication(deps: Pick<Deps, "storage" | "commits" | "now">, name: string): Promise<string> {
  if (name === SERVICE_CHAIN) return SERVICE_CHAIN;
  const { application, writes } = await findOrMakeApplication(deps, name);
  await deps.commits.submit(writes);
  return application;
}

/** Returns what an application is called. */
export async function nameOf({ storage }: Pick<Deps, "storage">, application: string): Promise<string> {
  return (await storage.applications()).find((row) => row.application === application)?.name ?? application;
}
