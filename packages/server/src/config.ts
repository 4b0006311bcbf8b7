import { resolve } from "node:path";
import { findSystem, habitus, type System } from "@habitus/core";
import type { DestinationStream } from "pino";
import type { StaticDir } from "./api/pages.ts";
import { FILE_KEYS, type KeysConfig, loadKeysConfig } from "./keys/config.ts";

export interface ServiceConfig {
  /** Folder of the database and the key file; made when it is missing. `:memory:` keeps nothing. */
  readonly dataDir: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly logLevel?: string;
  /** Where log lines go; standard output by default. */
  readonly logTo?: DestinationStream;
  readonly sessionMs?: number;
  /** Origins whose pages may send batches, beside the applications' own; `localhost` is any port of this machine. */
  readonly origins?: readonly string[];
  readonly staticDirs?: readonly StaticDir[];
  readonly requestsPerMinute?: number;
  /** Wrong credentials from one address within ten minutes before it is refused for a while. */
  readonly failuresAllowed?: number;
  /** Where visitors find the service, for example `https://habitus.bank.example`: passkeys and links are made for it. */
  readonly publicUrl?: URL | undefined;
  /** How many proxies stand in front and set `x-forwarded-for` and `x-forwarded-proto`. What comes before them a visitor could have made up. */
  readonly trustProxy?: number;
  /** One of the core's systems; another one runs `inline` only. */
  readonly system?: System;
  /** `thread`: storage, keys and evaluation in a thread beside HTTP (the default where it can be); `inline`: all in one. */
  readonly engine?: "thread" | "inline";
  readonly now?: () => number;
  /** The most that tables and journal may each take on the disk; beyond it requests are answered `storage-full`. */
  readonly maxBytes?: number;
  /** `accept` takes batches that were not sealed to the service's key too: for tools on the same machine (default `refuse`). */
  readonly unsealed?: "accept" | "refuse";
  /**
   * Stores references of typing as codes under keys of this generation, from 1 on; another generation renews them all from stored feature
   * sets. 0: as they were made (the default).
   */
  readonly referenceKeys?: number;
  /** Where the key-encryption keys live; by default a file in the data folder. */
  readonly keys?: KeysConfig;
}

type Optional = "logTo" | "maxBytes" | "engine" | "publicUrl" | "unsealed";
export type ResolvedConfig = Required<Omit<ServiceConfig, Optional>> & Pick<ServiceConfig, Optional>;

const HOUR_MS = 3_600_000;

export function withDefaults(config: ServiceConfig): ResolvedConfig {
  return {
    host: "127.0.0.1",
    port: 4400,
    logLevel: "info",
    sessionMs: 12 * HOUR_MS,
    origins: ["localhost"],
    staticDirs: [],
    requestsPerMinute: 6000,
    failuresAllowed: 30,
    trustProxy: 0,
    system: habitus as unknown as System, // safe: a state comes only from its own system, which checks it
    now: Date.now,
    referenceKeys: 0,
    keys: FILE_KEYS,
    ...config,
  };
}

/** Returns the generation of the reference keys. Throws a `RangeError` that says what fits. */
export function loadReferenceKeys({
  HABITUS_REFERENCE_KEYS: text = "0",
}: Readonly<Record<string, string | undefined>>): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new RangeError(`HABITUS_REFERENCE_KEYS must be a whole number from 0 to 999999, got "${text}"`);
}

const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

/** Reads the configuration from environment variables. Throws a `RangeError` that names the variable and what fits. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): ServiceConfig {
  const number = (name: string, fallback: number, min: number, max: number): number => {
    const text = env[name];
    if (text === undefined || text === "") return fallback;
    const value = Number(text);
    if (!(Number.isFinite(value) && value >= min && value <= max))
      throw new RangeError(`${name} must be a number from ${min} to ${max}, got "${text}"`);
    return value;
  };
  const oneOf = (name: string, fallback: string, allowed: readonly string[]): string => {
    const value = env[name] ?? fallback;
    if (!allowed.includes(value)) throw new RangeError(`${name} must be one of ${allowed.join(", ")}, got "${value}"`);
    return value;
  };
  const system = env.HABITUS_SYSTEM ?? "habitus";
  const found = findSystem(system);
  if (found === undefined) throw new RangeError(`HABITUS_SYSTEM names no system: "${system}"`);
  return {
    dataDir: resolve(env.HABITUS_DATA_DIR ?? "habitus-data"),
    host: env.HABITUS_HOST ?? "127.0.0.1",
    port: Math.floor(number("HABITUS_PORT", 4400, 0, 65_535)),
    logLevel: oneOf("HABITUS_LOG_LEVEL", "info", LEVELS),
    sessionMs: number("HABITUS_SESSION_HOURS", 12, 0.01, 24 * 31) * HOUR_MS,
    origins: (env.HABITUS_ORIGINS ?? "localhost").split(",").map((origin) => origin.trim()),
    requestsPerMinute: number("HABITUS_REQUESTS_PER_MINUTE", 6000, 1, 10_000_000),
    failuresAllowed: Math.floor(number("HABITUS_FAILURES_ALLOWED", 30, 3, 1_000_000)),
    publicUrl: publicUrlOf(env.HABITUS_PUBLIC_URL),
    unsealed: oneOf("HABITUS_UNSEALED_BATCHES", "refuse", ["accept", "refuse"]) === "accept" ? "accept" : "refuse",
    trustProxy: proxiesOf(oneOf("HABITUS_TRUST_PROXY", "no", ["no", "yes", "1", "2", "3"])),
    system: found,
    referenceKeys: loadReferenceKeys(env),
    keys: loadKeysConfig(env),
  };
}

function proxiesOf(text: string): number {
  if (text === "no") return 0;
  return text === "yes" ? 1 : Number(text);
}

function publicUrlOf(text: string | undefined): URL | undefined {
  if (text === undefined || text === "") return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits = url !== undefined && (url.protocol === "https:" || url.hostname === "localhost") && url.pathname === "/";
  if (!fits)
    throw new RangeError(`HABITUS_PUBLIC_URL must be like https://habitus.example without a path, got "${text}"`);
  return url;
}
