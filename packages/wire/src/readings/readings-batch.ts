/**
 * What a page read of behaviour, as it crosses the network: feature sets, never the events that they were made of. Instants are epoch
 * milliseconds unless said otherwise.
 */
export interface WireReadings {
  readonly v: 2;
  readonly stream: number;
  readonly seq: number;
  /** Instants of the first and the newest event in tenths of an epoch millisecond. */
  readonly t: number;
  readonly u: number;
  readonly lost: number;
  /** `name@version` of the reader. */
  readonly x: string;
  /** Events, keystrokes and pointer events seen since the batch before; keystrokes that wait for a window. */
  readonly n: readonly [events: number, keystrokes: number, pointerEvents: number, pending: number];
  /** How the device was used since the batch before: counts by name, none of them 0. */
  readonly g: WireUsage;
  readonly r: readonly WireReading[];
}

export type WireUsage = Readonly<Record<string, number | Readonly<Record<string, number>> | undefined>>;

export type WireReading =
  | {
      readonly k: "w";
      readonly s: number;
      readonly e: number;
      /** Keystrokes and pointer events of the window. */
      readonly c: readonly [number, number];
      readonly f: string;
    }
  | { readonly k: "s"; readonly m: SupportModality; readonly s: number; readonly e: number; readonly f: string }
  | { readonly k: "f"; readonly y: number; readonly s: number; readonly e: number }
  /** A phrase as `packPhrase` writes it. */
  | { readonly k: "p"; readonly h: number; readonly p: readonly number[] }
  | { readonly k: "a"; readonly h: number; readonly y: number; readonly s: number; readonly e: number };

export const SUPPORT_MODALITIES = ["usage", "touch"] as const;
export type SupportModality = (typeof SUPPORT_MODALITIES)[number];
