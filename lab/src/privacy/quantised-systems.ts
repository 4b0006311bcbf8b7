import { type PldaModel, shippedTyping } from "@habitus/core";
import { quantise } from "../recordings/quantise.ts";
import type { Recording } from "../recordings/recording.ts";
import type { LabSystem } from "../systems/lab-system.ts";
import { judgeTyping } from "./judge-typing.ts";
import { typingModel, typingOf } from "./typing-models.ts";

/** Ticks of a clock, ms. The recordings are in whole milliseconds, so 0 is 1. */
export const TICKS_MS = [0, 2, 5, 8, 10, 16, 33] as const;

const backgrounds = new Map<number, WeakMap<readonly Recording[], readonly Recording[]>>();
const pieces = new Map<number, WeakMap<Recording, Recording>>();

/** The typing of `habitus` when all clocks are coarser; and with the shipped background, whose people had their own clocks. */
export const quantisedSystems: readonly LabSystem[] = [
  ...TICKS_MS.map((tickMs) =>
    systemOf(`tick-${tickMs}`, tickMs, (background) => typingModel(remembered(background, tickMs))),
  ),
  ...TICKS_MS.map((tickMs) => systemOf(`tick-${tickMs}-shipped`, tickMs, () => shippedTyping().model)),
];

function remembered(background: readonly Recording[], tickMs: number): readonly Recording[] {
  const own = backgrounds.get(tickMs) ?? new WeakMap<readonly Recording[], readonly Recording[]>();
  backgrounds.set(tickMs, own);
  const known = own.get(background) ?? background.map((recording) => quantise(recording, tickMs));
  own.set(background, known);
  return known;
}

function coarser(piece: Recording, tickMs: number): Recording {
  const own = pieces.get(tickMs) ?? new WeakMap<Recording, Recording>();
  pieces.set(tickMs, own);
  const known = own.get(piece) ?? quantise(piece, tickMs);
  own.set(piece, known);
  return known;
}

function systemOf(name: string, tickMs: number, learn: (background: readonly Recording[]) => PldaModel): LabSystem {
  return {
    name,
    version: 1,
    usesBackground: true,
    calibrated: true,
    applicable: ({ experiment }) => experiment === "quantise",
    byDefault: (experiment) => experiment === "quantise",
    fit: (_, background) => judgeTyping(learn(background), (piece) => typingOf(coarser(piece, tickMs))),
  };
}
