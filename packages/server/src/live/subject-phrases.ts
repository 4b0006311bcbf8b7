import type { Storage, Write } from "../storage/storage.ts";
import { decodePhrase, encodePhrase, type SubjectPhrase } from "./phrase-records.ts";
import type { SubjectState } from "./subjects.ts";

/** A page can name as many phrases as it likes; so many are learnt. */
const PHRASES_KEPT = 4;

/** The phrases of a subject by the hash of their name: as they are, and as they are stored. */
export interface SubjectPhrases {
  readonly known: Map<number, SubjectPhrase>;
  readonly stored: Map<number, SubjectPhrase>;
}

export function noSubjectPhrases(): SubjectPhrases {
  return { known: new Map(), stored: new Map() };
}

export async function loadPhrases(
  storage: Storage,
  { application, subject, open }: SubjectState,
): Promise<SubjectPhrases> {
  const rows = await storage.phrases(application, subject);
  const stored = rows.map(
    ({ field, sealed }) => [field, decodePhrase(field, open("phrase", String(field), sealed))] as const,
  );
  return { known: new Map(stored), stored: new Map(stored) };
}

/** Returns whether there is room for a phrase of this name. */
export function hasRoom({ known }: SubjectPhrases, field: number): boolean {
  return known.has(field) || known.size < PHRASES_KEPT;
}

/** Returns what is to be stored of a subject's phrases, and what to call when that is done. */
export function phraseWrites({ application, subject, phrases, seal }: SubjectState): {
  readonly writes: readonly Write[];
  readonly done: () => void;
} {
  const changed = [...phrases.known.values()].filter((one) => phrases.stored.get(one.field) !== one);
  return {
    writes: changed.map((one) => ({
      kind: "putPhrase",
      row: {
        application,
        subject,
        field: one.field,
        at: one.updatedAt,
        sealed: seal("phrase", String(one.field), encodePhrase(one)),
      },
    })),
    done: () => {
      for (const one of changed) phrases.stored.set(one.field, one);
    },
  };
}

/** Forgets what was learnt and is not stored yet. */
export function dropUnstored({ known, stored }: SubjectPhrases): void {
  known.clear();
  for (const [field, one] of stored) known.set(field, one);
}
