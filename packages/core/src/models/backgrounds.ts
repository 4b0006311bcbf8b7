import { CoreError } from "../error.ts";
import { type Background, decodeBackground, encodeBackground } from "./background.ts";
import { decodePointerBackground, encodePointerBackground, type PointerBackground } from "./pointer-background.ts";
import { decodeUsageBackground, encodeUsageBackground, type UsageBackground } from "./usage-background.ts";

/** What was learnt together from the same people, each with its provenance. What is missing stays the one that is shipped. */
export interface Backgrounds {
  readonly typing: Background;
  readonly pointing?: PointerBackground;
  readonly usage?: UsageBackground;
}

const FORMAT = "habitus-backgrounds@1";

/** Returns all of them as one JSON text. */
export function encodeBackgrounds({ typing, pointing, usage }: Backgrounds): string {
  const parts = {
    typing: JSON.parse(encodeBackground(typing)) as unknown,
    ...(pointing !== undefined && { pointing: JSON.parse(encodePointerBackground(pointing)) as unknown }),
    ...(usage !== undefined && { usage: JSON.parse(encodeUsageBackground(usage)) as unknown }),
  };
  return `${JSON.stringify({ format: FORMAT, ...parts }, undefined, 1)}\n`;
}

/**
 * Reads what `encodeBackgrounds` wrote, and what `encodeBackground` wrote, which is of typing alone. Throws a `CoreError` with code
 * `malformedReference` that says what is wrong.
 */
export function decodeBackgrounds(text: string): Backgrounds {
  let read: { readonly format?: unknown; readonly [part: string]: unknown } | null;
  try {
    read = JSON.parse(text) as typeof read; // each field is checked by whoever reads it
  } catch (error) {
    throw new CoreError("malformedReference", "these are no backgrounds: it is not JSON", { cause: error });
  }
  if (read?.format !== FORMAT) return { typing: decodeBackground(text) };
  const { typing, pointing, usage } = read;
  const textOf = (part: unknown): string => JSON.stringify(part ?? null);
  return {
    typing: decodeBackground(textOf(typing)),
    ...(pointing !== undefined && { pointing: decodePointerBackground(textOf(pointing)) }),
    ...(usage !== undefined && { usage: decodeUsageBackground(textOf(usage)) }),
  };
}
