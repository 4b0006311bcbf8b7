import type { PointerArms } from "../comparison/pointer/pointer-arms.ts";
import { STROKES_EXTRACTOR } from "../features/pointer/strokes/strokes-extractor.ts";
import { BEHAVIOUR_VALUES } from "../features/pointer/strokes/window-vector.ts";
import { fitPlda } from "./fit-plda.ts";
import { MILD } from "./regularise.ts";
import type { WindowsTable } from "./windows-table.ts";

/** Moves of a window: two or three strokes. */
export const POINTER_UNIT = 128;
/** What pointing weighs beside typing where it was learnt from recorded people: one hand does both, on one day, so they are not quite two things. */
export const RECORDED_POINTER_WEIGHT = 0.9;

export interface ArmsFitOptions {
  readonly id: string;
  /** Latent dimensions of either model. */
  readonly dimensions?: number;
  /** Windows of recorded people to calibrate on, where those learnt from are made up. */
  readonly calibrateOn?: WindowsTable | undefined;
  readonly onProgress?: (share: number) => void;
}

/**
 * Learns both models of people in general from windows of 128 moves that the extractor `strokes` made. The second sees only what a
 * device should not change. Deterministic; throws RangeError for fewer than 8 people.
 */
export function fitPointerArms(
  table: WindowsTable,
  { id, dimensions = 48, calibrateOn, onProgress = () => undefined }: ArmsFitOptions,
): PointerArms {
  const options = {
    extractor: STROKES_EXTRACTOR,
    unit: POINTER_UNIT,
    dimensions,
    features: table.columns,
    strength: MILD,
  };
  const full = fitPlda(table, {
    ...options,
    calibrateOn,
    id: `${id}.full`,
    onProgress: (share) => onProgress(share / 2),
  });
  const behaviour = fitPlda(withoutDevice(table), {
    ...options,
    calibrateOn: calibrateOn && withoutDevice(calibrateOn),
    id: `${id}.behaviour`,
    onProgress: (share) => onProgress(0.5 + share / 2),
  });
  return { full, behaviour };
}

/** What is missing everywhere is not learnt from. */
function withoutDevice(table: WindowsTable): WindowsTable {
  const { columns } = table;
  const kept = new Set(BEHAVIOUR_VALUES);
  return { ...table, values: table.values.map((value, i) => (kept.has(i % columns) ? value : Number.NaN)) };
}
