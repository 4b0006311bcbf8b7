import { composeExtractors } from "../features/compose-extractors.ts";
import { rhythmExtractor } from "../features/keystroke/rhythm/rhythm-extractor.ts";
import { strokesExtractor } from "../features/pointer/strokes/strokes-extractor.ts";
import { noTouch, readTouch } from "../features/touch/read-touch.ts";
import { tutorialExtractor } from "../features/tutorial.ts";
import { emptyPending, readFacts } from "../features/usage/read-facts.ts";
import { BASELINE_WINDOWS } from "./baseline-windows.ts";
import { HABITUS_WINDOWS } from "./habitus-windows.ts";
import { type ReadBy, type Reader, readerOf } from "./reader.ts";
import { createWindowSegmenter } from "./window-segmenter.ts";

/** A part's own state is its own: whoever keeps it need not know it. */
type Supporting = NonNullable<ReadBy["supporting"]>[number];

/** How `habitus` reads, without what judges: a page needs no more. */
const habitus: ReadBy = {
  segmenter: createWindowSegmenter(HABITUS_WINDOWS) as ReadBy["segmenter"], // safe: its state comes only from itself
  extractor: composeExtractors("habitus-features", 1, { keystroke: rhythmExtractor, pointer: strokesExtractor }),
  supporting: [
    { modality: "usage", initial: emptyPending, push: readFacts } as Supporting,
    { modality: "touch", initial: noTouch, push: readTouch } as Supporting,
  ],
};
/** How `baseline` reads. */
const baseline: ReadBy = {
  segmenter: createWindowSegmenter(BASELINE_WINDOWS) as ReadBy["segmenter"], // safe for the same reason
  extractor: tutorialExtractor,
};

/** Returns the reader of this id (`name@version`); undefined where this version knows none. */
export function findReader(id: string): Reader | undefined {
  return [habitus, baseline].map(readerOf).find((reader) => reader.id === id);
}
