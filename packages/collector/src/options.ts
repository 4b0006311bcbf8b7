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

/** Returns the options with their defaults. Throws `TypeError` that says what to do. */
export function readOptions(options: CollectorOptions): Settings {
  const { consent, endpoint, session, collectorToken: token, root = window, onStatus = () => {} } = options;
  const { pageName = () => location.pathname, fetch = globalThis.fetch.bind(globalThis) } = options;
  const { bufferLimit = 5000, flushIntervalMs = 2000 } = options;
  need(consent === true, "consent must be true: ask the person first, then call start");
  need(`${endpoint}` === endpoint && session && token, "endpoint, session and collectorToken must be given");
  need(bufferLimit > 0 && flushIntervalMs > 0, "bufferLimit and flushIntervalMs must be above 0");
  return {
    address: `${endpoint.replace(/\/+$/, "")}/v1/sessions/${session}/batches`,
    session,
    token,
    channelKey: readBytes(options.channelKey, 32),
    nameKey: readBytes(options.nameKey, 16),
    root,
    pageName,
    bufferLimit,
    flushIntervalMs,
    onStatus,
    fetch,
  };
}

function readBytes(text: string, length: number): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = fromBase64Url(text);
  } catch {}
  need(
    bytes?.length === length,
    "channelKey and nameKey must be 32 and 16 bytes in base64url, as opening the session gave them",
  );
  return bytes;
}

function need(isGiven: unknown, message: string): asserts isGiven {
  if (!isGiven) throw new TypeError(message);
}
