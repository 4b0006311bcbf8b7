/** What the collector may use of core: the vocabulary of events and nothing that judges. */
export { estimateQuantum } from "./events/clock.ts";
export * from "./events/event.ts";
export { KEY_ZONES, type KeyZone, keyZone } from "./events/key-zone.ts";
