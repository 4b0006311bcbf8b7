import { WHEEL_UNITS } from "@habitus/core/collector";
import type { Scope } from "../scope.ts";

/** Observes the wheel or the two fingers that stand in for it. */
export function observeWheel({ on, emit, at }: Scope): void {
  on("wheel", ({ timeStamp, deltaX: dx, deltaY: dy, deltaMode }) =>
    emit({ kind: "wheel", at: at(timeStamp), dx, dy, unit: WHEEL_UNITS[deltaMode] ?? "pixel" }),
  );
}
