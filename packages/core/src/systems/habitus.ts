import { calibratedCross } from "../evidence/calibrated-cross.ts";
import type { Background } from "../models/background.ts";
import type { PointerBackground } from "../models/pointer-background.ts";
import { NEWLY_INVENTED } from "../models/shipped-phrases.ts";
import { shippedPointer } from "../models/shipped-pointer.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { shippedUsage } from "../models/shipped-usage.ts";
import type { UsageBackground } from "../models/usage-background.ts";
import { habitusPolicy } from "../policy/presets.ts";
import { type PersonAndChange, personAndChange } from "../trust/person-and-change.ts";
import { composeSystems } from "./compose-systems.ts";
import { HABITUS_WINDOWS } from "./habitus-windows.ts";
import { createPointing } from "./pointing.ts";
import type { SupportingPart } from "./supporting.ts";
import type { System } from "./system.ts";
import { touch } from "./touch.ts";
import { createTyping, TYPING_MINIMUM, TYPING_SUFFICIENT } from "./typing.ts";
import { createUsage } from "./usage.ts";
import { createWindowSegmenter, type WindowState } from "./window-segmenter.ts";

/** About half a minute of movement: less would enrol people by how they happened to move just then. */
const POINTING_MINIMUM = 12;
/** Nobody real was asked how people use a device: what usage says counts half, which is 2 nats in a sitting at most. */
const USAGE_WEIGHT = 0.5;
/** Nor did anybody real touch a screen for its background. */
const TOUCH_WEIGHT = 0.5;
/**
 * Typing rhythm by key region and strokes of the mouse, each against what a background knows of people in general: person / sitting /
 * window models (PLDA) that give calibrated likelihood ratios, typing from the first hundred keystrokes on, and tell a change of
 * hands inside a sitting. How the device is used, and touch, support both and decide nothing by themselves. The backgrounds are decoded when they
 * are first needed.
 */
export function createHabitus(
  background: () => Background,
  pointerBackground: () => PointerBackground = shippedPointer,
  usageBackground: () => UsageBackground = shippedUsage,
): System<WindowState, PersonAndChange> & { readonly comparator: () => string } {
  const composed = composeSystems(
    {
      name: "habitus",
      version: 1,
      segmenter: createWindowSegmenter(HABITUS_WINDOWS),
      sufficientSamples: TYPING_SUFFICIENT,
      trust: personAndChange,
      policy: habitusPolicy,
    },
    {
      keystroke: { system: createTyping(background), weight: () => 1, minimumSamples: TYPING_MINIMUM },
      pointer: {
        system: createPointing(pointerBackground),
        weight: () => pointerBackground().weight,
        minimumSamples: POINTING_MINIMUM,
      },
    },
    [
      // As any part keeps its state to itself, whoever keeps it between two calls need not know it.
      { part: createUsage(() => usageBackground().model) as unknown as SupportingPart, weight: USAGE_WEIGHT },
      { part: touch as unknown as SupportingPart, weight: TOUCH_WEIGHT },
    ],
  );
  return { ...composed, phrases: NEWLY_INVENTED, cross: calibratedCross };
}

/** With the backgrounds that come with Habitus. */
export const habitus = createHabitus(shippedTyping);
