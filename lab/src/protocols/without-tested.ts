import type { Loaded } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import type { Recording } from "../recordings/recording.ts";

const TESTED = "person who is tested too";
/** So many leading values tell recordings of different people apart. */
const COMPARED = 24;

/**
 * Returns the background without the people who are tested too, and counts them. A person is known by what is recorded, not by name:
 * two folders may well call different people the same. Throws a LabError when nobody is left.
 */
export function withoutTested({ recordings, statement }: Loaded, tested: readonly Recording[]): Loaded {
  const known = new Set(tested.map(contentOf));
  const out = new Set(recordings.filter((one) => known.has(contentOf(one))).map(({ subject }) => subject));
  if (out.size === 0) return { recordings, statement };
  const kept = recordings.filter(({ subject }) => !out.has(subject));
  if (kept.length === 0)
    throw new LabError(
      "malformedData",
      `Everybody in the ${statement.name} of --background is tested too: nobody is left to learn from. Name a folder with other people.`,
    );
  return {
    recordings: kept,
    statement: {
      ...statement,
      subjects: statement.subjects - out.size,
      recordings: kept.length,
      dropped: { ...statement.dropped, [TESTED]: out.size },
    },
  };
}

/** Returns the recordings that are not among the tested ones. */
export function notTested(recordings: readonly Recording[], tested: readonly Recording[]): Recording[] {
  const known = new Set(tested.map(contentOf));
  return recordings.filter((one) => !known.has(contentOf(one)));
}

function contentOf({ keys, pointer, timings }: Recording): string {
  const start = (column: ArrayLike<number> | undefined): string =>
    column === undefined
      ? ""
      : `${column.length}:${Array.from({ length: Math.min(COMPARED, column.length) }, (_, i) => column[i]).join()}`;
  return [keys?.pressAt, keys?.releaseAt, pointer?.at, pointer?.x, pointer?.y, timings].map(start).join(";");
}
