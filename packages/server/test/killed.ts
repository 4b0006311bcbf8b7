import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBase64Url, MAC_HEADER, type OpenSessionResponse, signBatch, type WireBatch } from "@habitus/wire";
import { buildService, type RunningService, runService } from "./built.ts";
import type { Json } from "./client.ts";

/** A service in a process of its own over one folder, to be killed and started again. */
export interface Killed {
  readonly start: () => Promise<RunningService>;
  /** Kills the process at once, and starts another over what it left. */
  readonly again: (service: RunningService) => Promise<RunningService>;
  /** Asks as the application; throws for an answer that is no success. */
  readonly call: (service: RunningService, method: string, path: string, body?: unknown) => Promise<Json>;
  readonly send: (service: RunningService, opened: OpenSessionResponse, batch: WireBatch) => Promise<Response>;
  /** Kills all that runs, and deletes the folder. */
  readonly end: () => Promise<void>;
}

export async function prepareKilled(name: string): Promise<Killed> {
  const file = await buildService(name);
  const dataDir = await mkdtemp(join(tmpdir(), `habitus-${name}-`));
  const running: RunningService[] = [];
  let apiKey = "";
  const start = async (): Promise<RunningService> => {
    const service = await runService(file, dataDir, { HABITUS_LOG_LEVEL: "warn", HABITUS_UNSEALED_BATCHES: "accept" });
    running.push(service);
    apiKey = service.apiKey ?? apiKey;
    return service;
  };
  return {
    start,
    async again(service) {
      service.process.kill("SIGKILL");
      await service.ended;
      return start();
    },
    async call({ url }, method, path, body) {
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, ...json },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    send({ url }, opened, batch) {
      const body = JSON.stringify(batch);
      return fetch(`${url}/v1/sessions/${opened.session}/batches`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${opened.collectorToken}`,
          [MAC_HEADER]: signBatch(fromBase64Url(opened.channelKey), opened.session, body),
        },
        body,
      });
    },
    async end() {
      for (const { process } of running) process.kill("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
