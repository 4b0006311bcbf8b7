import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ServiceError } from "../error.ts";
import { createHub } from "../live/hub.ts";
import type { Engine, EngineConfig, EngineOptions } from "./engine.ts";
import { bindVerbs } from "./inline.ts";
import { type Call, type FromEngine, fromPlain, type ToEngine } from "./messages.ts";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Returns the built file of the engine's thread, or undefined where only sources are (tests run those in one thread). */
export function findThreadFile(): string | undefined {
  const beside = fileURLToPath(new URL("./worker.js", import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    const installed = createRequire(import.meta.url).resolve("@habitus/server/worker");
    return installed.endsWith(".js") && existsSync(installed) ? installed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Opens the engine in a thread of its own: while it evaluates, waits for the disk or makes a reference, this thread reads and
 * answers requests. Calls of one turn of the event loop cross together.
 */
export async function openThreadEngine(file: string, config: EngineConfig, { logTo }: EngineOptions): Promise<Engine> {
  const worker = new Worker(file, { workerData: config });
  const waiting = new Map<number, Waiting>();
  const hub = createHub();
  let failure: Error | undefined;
  let lastId = 0;
  let calls: Call[] = [];
  const post = (message: ToEngine): void => worker.postMessage(message);

  const fail = (error: Error): void => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const ask = (send: (id: number) => void): Promise<unknown> =>
    new Promise<unknown>((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      send(lastId);
    });
  const flush = (): void => {
    const together = calls;
    calls = [];
    post({ kind: "calls", calls: together });
  };
  const take = (message: FromEngine): void => {
    switch (message.kind) {
      case "answers":
        for (const [id, result, problem] of message.answers) {
          const one = waiting.get(id);
          waiting.delete(id);
          if (problem === undefined)
            one?.resolve(result as never); // typed where it was called
          else one?.reject(fromPlain(problem));
        }
        return;
      case "changed":
        hub.publish(message.application, message.assessment);
        return;
      case "log":
        (logTo ?? process.stdout).write(message.line);
        return;
      case "ready":
      case "failed":
        return; // only once, below
    }
  };

  const tokenKey = await new Promise<Uint8Array>((resolve, reject) => {
    worker.on("message", (message: FromEngine) => {
      if (message.kind === "ready") resolve(message.tokenKey);
      else if (message.kind === "failed") reject(fromPlain(message.failure));
      else take(message);
    });
    worker.once("error", (cause) => {
      reject(cause);
      fail(new ServiceError("unavailable", "The service has failed: start it again.", { cause }));
    });
    worker.once("exit", () => {
      reject(new Error("the engine's thread ended before it was ready"));
      fail(new ServiceError("unavailable", "The service has stopped."));
    });
  });
  return {
    ...bindVerbs((verb, rest) =>
      ask((id) => {
        if (calls.length === 0) setImmediate(flush);
        calls.push([id, verb, rest]);
      }),
    ),
    tokenKey,
    watch(application, session, listener) {
      if (!hub.isWatched(application, session)) post({ kind: "watch", application, session });
      const stop = hub.subscribe(application, session, listener);
      return () => {
        stop();
        if (failure === undefined && !hub.isWatched(application, session))
          post({ kind: "unwatch", application, session });
      };
    },
    async close() {
      await ask((id) => post({ kind: "close", id }));
      await worker.terminate();
    },
  };
}
