import type { FeatureSet } from "../features/extractor.ts";

/** Which modalities a feature set has: bit 0 keystrokes, bit 1 pointer. */
export const PRESENCE_PATTERNS = ["none", "keystroke", "pointer", "both"] as const;
export type PresencePattern = (typeof PRESENCE_PATTERNS)[number];

/** Returns which modalities this feature set was made from. */
export function presencePattern({ keystrokes, pointerEvents }: FeatureSet): PresencePattern {
  if (keystrokes > 0) return pointerEvents > 0 ? "both" : "keystroke";
  return pointerEvents > 0 ? "pointer" : "none";
}
