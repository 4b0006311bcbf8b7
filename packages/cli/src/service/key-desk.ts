import { existsSync } from "node:fs";
import { join } from "node:path";
import { createService, type HostFile, KeyError, readHostFile, type Service, StorageError } from "@habitus/server";
import { CliError } from "../cli-error.ts";
import { keysOf } from "../commands/options.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { explainStart, stopService } from "./start.ts";

export type KeyDesk = Service["keys"];

/**
 * Does the work with the data folder itself, or where a service runs on it with that one, through the token that it keeps there.
 * Throws a `CliError` that says what to do.
 */
export async function withKeyDesk<Result>(
  { env }: Terminal,
  dataDir: string,
  work: (desk: KeyDesk) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(join(dataDir, "habitus.db")))
    throw new CliError("badUsage", `there is no data of a service in ${dataDir}: name its folder with --data.`);
  let service: Service;
  try {
    service = await createService({ dataDir, logLevel: "silent", engine: "inline", keys: keysOf({ env }) });
  } catch (error) {
    if (!(error instanceof StorageError && error.code === "busy")) throw explainStart(error, { port: 0, dataDir });
    return work(deskOf(await hostOf(dataDir)));
  }
  try {
    return await work(service.keys);
  } catch (cause) {
    if (cause instanceof KeyError || (cause instanceof Error && cause.name === "ServiceError"))
      throw new CliError("refused", cause.message, { cause });
    throw cause;
  } finally {
    await stopService(service);
  }
}

async function hostOf(dataDir: string): Promise<HostFile> {
  const file = await readHostFile(dataDir);
  if (file === undefined)
    throw new CliError("refused", `another process uses ${dataDir} and is no service that listens: stop it first.`);
  return file;
}

/** The same over HTTP: a rotation of many keys takes its time, so it is waited for. */
function deskOf({ url, token }: HostFile): KeyDesk {
  const call = async (method: string, path: string, body?: object): Promise<never> => {
    const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const answer = await fetch(`${url}/v1/host${path}`, init).catch((cause: unknown) => {
      throw new CliError("refused", `the service on this folder does not answer at ${url}: start it again.`, { cause });
    });
    const told = (await answer.json()) as { readonly detail?: string; readonly code?: string }; // of its own service
    if (!answer.ok)
      throw new CliError("refused", `${told.detail ?? "the service refused"} [${told.code ?? answer.status}]`);
    return told as never; // the route's schema is what the desk returns
  };
  return {
    status: () => call("GET", "/keys"),
    rotate: () => call("POST", "/keys/rotation"),
    retire: (version) => call("DELETE", `/keys/${version}`),
    rotateSubjects: (after) => call("POST", "/subjects/rotations", { after }),
    rotateSubject: (of) => call("POST", "/subjects/rotation", of),
  };
}
