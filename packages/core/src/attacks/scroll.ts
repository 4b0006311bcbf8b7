import type { WheelEvent } from "../events/event.ts";
import { gaussian, type Random } from "../math/random.ts";
import { tenth } from "./draw.ts";
import type { SimulatedPerson } from "./person.ts";

/** A swipe's last step, px. */
const SWIPE_END_PX = 1;

/**
 * Returns the wheel events, in time order, of one turn of the wheel (equal notches) or one swipe on a trackpad (many small
 * steps that die away), down for +1 and up for -1.
 */
export function scroll(
  { scrolling }: SimulatedPerson,
  { startAt, direction, random }: { readonly startAt: number; readonly direction: 1 | -1; readonly random: Random },
): WheelEvent[] {
  const steps = Math.max(1, Math.round(scrolling.steps * Math.exp(0.4 * gaussian(random))));
  const events: WheelEvent[] = [];
  let at = startAt;
  let stepPx = scrolling.stepPx * Math.exp(0.25 * gaussian(random));
  for (let i = 0; i < steps; i += 1) {
    if (scrolling.device === "wheel") {
      events.push({ kind: "wheel", at: tenth(at), dx: 0, dy: direction * scrolling.stepPx, unit: "pixel" });
      at += scrolling.everyMs * Math.exp(0.3 * gaussian(random));
      continue;
    }
    const dx = Math.round(0.05 * stepPx * gaussian(random));
    events.push({ kind: "wheel", at: tenth(at), dx, dy: direction * Math.max(1, Math.round(stepPx)), unit: "pixel" });
    at += scrolling.everyMs;
    stepPx *= 0.9;
    if (stepPx < SWIPE_END_PX) break;
  }
  return events;
}
