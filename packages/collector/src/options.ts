import { fromBase64Url } from "@habitus/wire";
import type { CollectorStatus } from "./status.ts";

export interface CollectorOptions {
  /** Base address of the service, such as `https://habitus.example`; "" for the page's own origin. */
  readonly endpoint: string;
  /** These four are what `POST /v1/sessions` gave the application's server. */
  readonly session: string;
  readonly collectorToken: string;
  readonly channelKey: string;
  readonly nameKey: string;
  /** The person has agreed to capture. Anything but `true` is refused. */
  readonly consent: true;
  /** What is observed; the whole window unless told. */
  readonly root?: EventTarget;
  /** Name of the page now being shown; its path unless told. Only a keyed hash of it leaves the page. */
  readonly pageName?: () => string;
  /** Most events kept in memory (default 5000): what comes while it is full is counted as lost. */
  readonly bufferLimit?: number;
  /** Longest time between two batches while events come (default 2000). */
  readonly flushIntervalMs?: number;
  /** Called after each change of the status. */
  readonly onStatus?: (status: CollectorStatus) => void;
  /** Stands in for the page's `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface Settings {
  readonly address: string;
  readonly session: string;
  readonly token: string;
  readonly channelKey: Uint8Array;
  readonly nameKey: Uint8Array;
  readonly root: EventTarget;
  readonly pageName: () => string;
  readonly bufferLimit: number;
  readonly flushIntervalMs: number;
  readonly onStatus: (status: CollectorStatus) => void;
  readonly fetch: typeof fetch;
}

/** Returns the options with their defaults. Throws `TypeError` or `RangeError` that says what to do. */
export function readOptions(options: CollectorOptions): Settings {
  if (options.consent !== true) throw new TypeError("consent must be true: ask the person first, then call start");
  return {
    address: `${text(options, "endpoint").replace(/\/+$/, "")}/v1/sessions/${text(options, "session", 16)}/batches`,
    session: options.session,
    token: text(options, "collectorToken", 1),
    channelKey: bytes(options, "channelKey", 32),
    nameKey: bytes(options, "nameKey", 16),
    root: options.root ?? window,
    pageName: options.pageName ?? (() => location.pathname),
    bufferLimit: positive(options, "bufferLimit", 5000),
    flushIntervalMs: positive(options, "flushIntervalMs", 2000),
    onStatus: options.onStatus ?? (() => {}),
    fetch: options.fetch ?? fetch.bind(globalThis),
  };
}

type Name = keyof CollectorOptions;

function text(options: CollectorOptions, name: Name, least = 0): string {
  const given: unknown = options[name];
  if (typeof given !== "string" || given.length < least)
    throw new TypeError(`${name} must be the text that opening the session gave, not ${given && typeof given}`);
  return given;
}

function bytes(options: CollectorOptions, name: Name, length: number): Uint8Array {
  let decoded: Uint8Array = new Uint8Array();
  try {
    decoded = fromBase64Url(text(options, name));
  } catch {}
  if (decoded.length < length) throw new TypeError(`${name} must be ${length} bytes in base64url`);
  return decoded;
}

function positive(options: CollectorOptions, name: Name, otherwise: number): number {
  const given: unknown = options[name] ?? otherwise;
  if (!(Number.isInteger(given) && Number(given) > 0)) throw new RangeError(`${name} must be a whole number above 0`);
  return Number(given);
}
