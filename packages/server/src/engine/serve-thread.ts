import type { MessagePort } from "node:worker_threads";
import { findSystem } from "@habitus/core";
import type { Engine, EngineConfig } from "./engine.ts";
import { openEngine } from "./inline.ts";
import { type Answer, type Call, type FromEngine, type ToEngine, toPlain } from "./messages.ts";

/** Opens an engine and answers what comes through the port, until it is closed. */
export async function serveThread(port: MessagePort, config: EngineConfig): Promise<void> {
  const post = (message: FromEngine): void => port.postMessage(message);
  let engine: Engine;
  try {
    const system = findSystem(config.system);
    if (system === undefined) throw new RangeError(`there is no system "${config.system}"`);
    const logTo = { write: (line: string) => post({ kind: "log", line }) };
    engine = await openEngine(config, { logTo, system, now: Date.now });
  } catch (error) {
    post({ kind: "failed", failure: toPlain(error) });
    port.close();
    return;
  }
  const answer = createAnswers(post);
  const watching = new Map<string, () => void>();
  port.on("message", (message: ToEngine) => {
    switch (message.kind) {
      case "calls":
        for (const call of message.calls) void runCall(engine, call).then(answer);
        return;
      case "watch": {
        const { application, session } = message;
        const tell = (assessment: Parameters<Parameters<Engine["watch"]>[2]>[0]): void =>
          post({ kind: "changed", application, assessment });
        watching.set(`${application}\n${session}`, engine.watch(application, session, tell));
        return;
      }
      case "unwatch":
        watching.get(`${message.application}\n${message.session}`)?.();
        watching.delete(`${message.application}\n${message.session}`);
        return;
      case "close":
        void engine.close().then(
          () => post({ kind: "answers", answers: [[message.id, undefined]] }),
          (error: unknown) => post({ kind: "answers", answers: [[message.id, undefined, toPlain(error)]] }),
        );
        return;
    }
  });
  post({ kind: "ready", tokenKey: engine.tokenKey });
}

async function runCall(engine: Engine, [id, verb, rest]: Call): Promise<Answer> {
  try {
    const run = engine[verb] as (...rest: readonly unknown[]) => Promise<unknown>; // typed where it was called
    return [id, await run(...rest)];
  } catch (error) {
    return [id, undefined, toPlain(error)];
  }
}

/** Returns a function that sends answers; those that are ready in the same turn go together. */
function createAnswers(post: (message: FromEngine) => void): (one: Answer) => void {
  let waiting: Answer[] = [];
  return (one) => {
    waiting.push(one);
    if (waiting.length > 1) return;
    setImmediate(() => {
      const answers = waiting;
      waiting = [];
      post({ kind: "answers", answers });
    });
  };
}
