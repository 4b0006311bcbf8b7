import type { PointerEvent, PointerType, WheelEvent } from "./event.ts";
import type { KeyZone } from "./key-zone.ts";

export const MODALITIES = ["keystroke", "pointer", "touch", "usage"] as const;
export type Modality = (typeof MODALITIES)[number];

/** One key held and let go. Times are epoch milliseconds; `releaseAt` is missing when the release was never seen. */
export interface Keystroke {
  readonly zone: KeyZone;
  readonly pressAt: number;
  readonly releaseAt: number | undefined;
}

/** A bounded window of behaviour: what a feature extractor gets. */
export interface Sample {
  readonly kind: "sample";
  readonly startedAt: number;
  readonly endedAt: number;
  /** Estimated resolution of the recording clock in milliseconds, > 0. */
  readonly quantumMs: number;
  readonly keystrokes: readonly Keystroke[];
  readonly pointer: readonly PointerEvent[];
  readonly wheel: readonly WheelEvent[];
  readonly pointerType: PointerType | undefined;
}

export const ACQUIRE_FAILURES = [
  "tooFewEvents",
  "autofillOnly",
  "compositionOnly",
  "clockTooCoarse",
  "implausibleTiming",
] as const;

/** The window cannot be used (ISO/IEC 19795-1 failure to acquire): a value of its own type, never a bad score. */
export interface FailureToAcquire {
  readonly kind: "failureToAcquire";
  readonly reason: (typeof ACQUIRE_FAILURES)[number];
  readonly startedAt: number;
  readonly endedAt: number;
}
