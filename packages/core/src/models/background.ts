import { decodePlda, encodePlda } from "../comparison/plda/encode-plda.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { CoreError } from "../error.ts";
import { fromBase64, toBase64 } from "../math/base64.ts";
import type { Release } from "../privacy/accountant.ts";

/** Where a background comes from, for people who must defend it. */
export interface Provenance {
  /** Data sets by name, each with its terms and checksum where there is one. */
  readonly data: readonly { readonly name: string; readonly terms: string; readonly sha256?: string }[];
  readonly people: number;
  readonly windows: number;
  /** Sittings beyond the first of each person; 0 = nobody was seen on two days. */
  readonly furtherSittings: number;
  /** ISO 8601 date. */
  readonly fittedAt: string;
  /** Version of the software, with its commit where that is known. */
  readonly software: string;
  readonly note: string;
  /** What is promised to those it was learnt from; missing where nothing is. */
  readonly privacy?: PrivacyPromise;
}

/** Differential privacy: with or without any one person and everything of theirs, what was released is nearly as likely. */
export interface PrivacyPromise {
  readonly unit: "person";
  readonly mechanism: string;
  /** Of all releases together. */
  readonly epsilon: number;
  readonly delta: number;
  /** At which length each person's part was clipped, in shares of the usual length. */
  readonly clip: number;
  /** All that were made of these people's data with a promise, this one last. */
  readonly releases: readonly Release[];
}

/** What people in general are like, for one extractor: a file of its own, so that a deployment can make its own. */
export interface Background {
  readonly provenance: Provenance;
  readonly model: PldaModel;
}

const FORMAT = "habitus-background@1";

/** Returns the background as JSON text. */
export function encodeBackground({ provenance, model }: Background): string {
  return `${JSON.stringify({ format: FORMAT, provenance, model: toBase64(encodePlda(model)) }, undefined, 1)}\n`;
}

/** Reads what `encodeBackground` wrote; throws a `CoreError` with code `malformedReference` that says what is wrong. */
export function decodeBackground(text: string): Background {
  let read: { format?: unknown; provenance?: Provenance; model?: unknown };
  try {
    read = JSON.parse(text) as typeof read; // each field is checked below
  } catch (error) {
    throw new CoreError("malformedReference", "this is no background: it is not JSON", { cause: error });
  }
  if (read?.format !== FORMAT || typeof read.model !== "string" || typeof read.provenance?.people !== "number")
    throw new CoreError("malformedReference", `this is no background: expected a file of format ${FORMAT}`);
  const bytes = fromBase64(read.model);
  if (bytes === undefined) throw new CoreError("malformedReference", "this is no background: its model is not base64");
  return { provenance: read.provenance, model: decodePlda(bytes) };
}
