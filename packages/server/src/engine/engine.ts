import type { Assessment } from "@habitus/wire";
import type { DestinationStream } from "pino";
import type { KeysConfig } from "../keys/config.ts";
import type { Verbs } from "./verbs.ts";

/** All of the service but HTTP: sessions, storage, keys. It runs in this thread or in one of its own. */
export interface Engine extends Verbs {
  /** Signs collector tokens; only this process ever has it. */
  readonly tokenKey: Uint8Array;
  /** Calls back with every change of the session's assessment; returns how to stop. */
  readonly watch: (application: string, session: string, listener: (assessment: Assessment) => void) => () => void;
  /** Saves every session and closes the store. */
  readonly close: () => Promise<void>;
}

/** Plain data, because it may have to cross into a thread. */
export interface EngineConfig {
  readonly dataDir: string;
  readonly logLevel: string;
  readonly sessionMs: number;
  /** Name of a system of the core. */
  readonly system: string;
  readonly maxBytes: number | undefined;
  readonly keys: KeysConfig;
  /** Takes batches that were not sealed too. */
  readonly acceptUnsealed: boolean;
  /** Generation of the keys under which references are stored as codes; 0, the default: they are stored as they were made. */
  readonly referenceKeys?: number;
}
export interface EngineOptions {
  readonly logTo: DestinationStream | undefined;
}
