import { WHEEL_UNITS } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes the wheel or the two fingers that stand in for it. */
export function observeWheel({ on, emit }: Scope): void {
  on("wheel", (event) => {
    const { deltaX: dx, deltaY: dy, deltaMode } = event;
    emit(event, { kind: "wheel", dx, dy, unit: WHEEL_UNITS[deltaMode] ?? "pixel" });
  });
}
