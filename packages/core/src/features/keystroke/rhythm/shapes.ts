import { isTyping } from "./levels.ts";
import { addShape, type Sheet } from "./sheet.ts";
import { SPACE, type TypingStreams } from "./typing-streams.ts";

const SIDES = ["left", "right", "space"];
/** Side pairs as before * 4 + side. */
const SIDE_PAIRS = [
  ["leftLeft", 0],
  ["leftRight", 1],
  ["rightLeft", 4],
  ["rightRight", 5],
  ["toSpaceLeft", 2],
  ["toSpaceRight", 6],
  ["fromSpaceLeft", 8],
  ["fromSpaceRight", 9],
] as const;
const HOLD = { bins: 10, low: Math.log(40), high: Math.log(220) };
const GAP = { bins: 12, low: -1.6, high: 2.6 };
const PRESS = { bins: 10, low: 3.8, high: 6.4 };
const HOLD_RESIDUAL = { bins: 7, low: -0.75, high: 0.75 };
const GAP_RESIDUAL = { bins: 7, low: -1.8, high: 1.8 };
const RELEASE_RESIDUAL = { bins: 7, low: -1.8, high: 1.8 };
const PRESS_RESIDUAL = { bins: 7, low: -0.9, high: 1.2 };

export const shapeNames: readonly string[] = [
  ...bins("hold", HOLD.bins),
  ...bins("gap", GAP.bins),
  ...bins("press", PRESS.bins),
  ...SIDES.flatMap((side) => bins(`hold.${side}`, HOLD_RESIDUAL.bins)),
  ...SIDE_PAIRS.flatMap(([pair]) => [
    ...bins(`gap.${pair}`, GAP_RESIDUAL.bins),
    ...bins(`press.${pair}`, PRESS_RESIDUAL.bins),
    ...bins(`release.${pair}`, RELEASE_RESIDUAL.bins),
  ]),
].map((name) => `shape.${name}`);

/** How timings are spread, by soft histograms: over all typing, by hand, and by pair of hands. */
export function shapeFamily(streams: TypingStreams, sheet: Sheet): void {
  const typing = (i: number): boolean => isTyping(streams, i);
  addShape(sheet, streams.hold, { ...HOLD, wanted: (i) => (streams.region[i] ?? 0) <= SPACE });
  addShape(sheet, streams.gap, { ...GAP, wanted: typing });
  addShape(sheet, streams.press, { ...PRESS, wanted: typing });
  SIDES.forEach((_, side) => {
    addShape(sheet, streams.holdResidual, { ...HOLD_RESIDUAL, wanted: (i) => streams.side[i] === side });
  });
  for (const [, pair] of SIDE_PAIRS) {
    const wanted = (i: number): boolean => streams.sidePair[i] === pair;
    addShape(sheet, streams.gapResidual, { ...GAP_RESIDUAL, wanted });
    addShape(sheet, streams.pressResidual, { ...PRESS_RESIDUAL, wanted });
    addShape(sheet, streams.releaseResidual, { ...RELEASE_RESIDUAL, wanted });
  }
}

function bins(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}.${i}`);
}
