import { fromBase64Url, type Tier } from "@habitus/wire";
import type { CollectorStatus } from "./status.ts";

export interface CollectorOptions {
  /** Base address of the service, such as `https://habitus.example`; "" for the page's own origin. */
  readonly endpoint: string;
  /** These are what `POST /v1/sessions` gave the application's server. */
  readonly session: string;
  readonly collectorToken: string;
  readonly channelKey: string;
  readonly nameKey: string;
  /** The service's public key: what leaves the page is sealed to it. */
  readonly sealKey: string;
  /** How much leaves the page: `features` (feature sets, made here) or `events`; for `device` start the collector of `local`. */
  readonly tier: Tier;
  /** What reads events into feature sets, `name@version`. */
  readonly reader: string;
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

export interface Settings extends Required<Omit<CollectorOptions, "channelKey" | "nameKey" | "sealKey">> {
  /** Where batches go. */
  readonly address: string;
  readonly channelKey: Uint8Array;
  readonly nameKey: Uint8Array;
  readonly sealKey: Uint8Array<ArrayBuffer>;
}

/** Returns the options with their defaults. Throws `TypeError` that says what to do. */
export function readOptions(options: CollectorOptions): Settings {
  const { consent, endpoint, session, collectorToken, channelKey, nameKey, sealKey, tier, reader } = options;
  need(consent === true, "consent must be true: ask the person first");
  need(
    typeof endpoint === "string" && session && collectorToken && tier && reader,
    "endpoint, session, collectorToken, tier and reader must be given",
  );
  need(
    globalThis.crypto?.subtle,
    "serve the page over https: what leaves it is sealed, and browsers seal nowhere else",
  );
  const settings = {
    root: window,
    pageName: () => location.pathname,
    bufferLimit: 5000,
    flushIntervalMs: 2000,
    onStatus() {},
    fetch: fetch.bind(globalThis),
    ...options,
    address: `${endpoint.replace(/\/+$/, "")}/v1/sessions/${session}/batches`,
    channelKey: readBytes(channelKey, 32),
    nameKey: readBytes(nameKey, 16),
    sealKey: readBytes(sealKey, 65),
  };
  need(settings.bufferLimit > 0 && settings.flushIntervalMs > 0, "bufferLimit and flushIntervalMs must be above 0");
  return settings;
}

function readBytes(text: string, length: number): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  try {
    bytes = fromBase64Url(text);
  } catch {}
  need(bytes?.length === length, "channelKey, nameKey and sealKey must be 32, 16 and 65 bytes in base64url");
  return bytes;
}

function need(isGiven: unknown, message: string): asserts isGiven {
  if (!isGiven) throw new TypeError(message);
}
