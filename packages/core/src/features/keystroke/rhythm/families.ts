import { habitFamily, habitNames } from "./habits.ts";
import { handFamily, handNames } from "./hands.ts";
import { levelFamily, levelNames } from "./levels.ts";
import { regionFamily, regionNames } from "./regions.ts";
import { shapeFamily, shapeNames } from "./shapes.ts";
import type { Sheet } from "./sheet.ts";
import type { TypingStreams } from "./typing-streams.ts";
import { dynamicsFamily, dynamicsNames, wordFamily, wordNames } from "./words.ts";

/** Groups of features that can be explained in one sentence each. */
export interface Family {
  readonly name: string;
  readonly names: readonly string[];
  readonly write: (streams: TypingStreams, sheet: Sheet) => void;
}

export const FAMILIES: readonly Family[] = [
  { name: "levels", names: levelNames, write: levelFamily },
  { name: "shapes", names: shapeNames, write: shapeFamily },
  { name: "hands", names: handNames, write: handFamily },
  { name: "regions", names: regionNames, write: regionFamily },
  { name: "habits", names: habitNames, write: habitFamily },
  { name: "words", names: wordNames, write: wordFamily },
  { name: "dynamics", names: dynamicsNames, write: dynamicsFamily },
];
