/** What a page needs to read behaviour itself, so that events never leave it: nothing that judges. */

export type { Event } from "./events/event.ts";
export { ACQUIRE_FAILURES } from "./events/segment.ts";
export { packPhrase } from "./features/fixed-text/pack-phrase.ts";
export { PHRASE_ABSENCES } from "./features/fixed-text/phrase.ts";
export type { MarkedPhrase } from "./features/fixed-text/read-marked.ts";
export { addUsage, emptyUsage, type UsageState } from "./features/usage/usage.ts";
export type { Read, Reader, ReaderState, Reading, SeenCounts } from "./systems/reader.ts";
export { findReader } from "./systems/readers.ts";
