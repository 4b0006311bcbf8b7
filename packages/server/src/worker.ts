import { parentPort, workerData } from "node:worker_threads";
import type { EngineConfig } from "./engine/engine.ts";
import { serveThread } from "./engine/serve-thread.ts";

/** Entry of the engine's thread; started by `openThreadEngine` alone. */
if (parentPort === null) throw new TypeError("this file is the entry of a worker thread");
await serveThread(parentPort, workerData as EngineConfig); // given by openThreadEngine
