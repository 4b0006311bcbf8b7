import { type UsageFact, valueOfWord } from "./facets.ts";

/** Coarse circumstances of a session as the application knows them; never coordinates, never an address. */
export interface Circumstances {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  /** BCP 47 tag, such as `de-AT`. */
  readonly language?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  /** A coarse name of the application's choice: the provider, `office`, `mobile`. */
  readonly network?: string | undefined;
}

/** Returns the facts of these circumstances; what is not given, or empty, is no fact. */
export function factsOf({ timeZone, language, country, network }: Circumstances): UsageFact[] {
  const facts: UsageFact[] = [];
  for (const [facet, word] of Object.entries({ timeZone, language, country, network } as const))
    if (word !== undefined && word.trim() !== "")
      facts.push({ facet: facet as keyof Circumstances, row: 0, value: valueOfWord(word.trim()) }); // safe: its keys are facets
  return facts;
}
