import { findReader, type ReaderState } from "@habitus/core/reader";
import { type BatchOf, createBatchMaker, createSealer } from "@habitus/wire";
import type { Settings } from "./options.ts";

/**
 * What becomes of events before anything leaves the page: they are read into feature sets here (unless the person has agreed to give
 * events), and sealed to the service. Loaded beside capture, which does not wait for it.
 */
export interface Custody {
  /** Returns what is to be sent of these events; undefined where that is nothing. Of one stream and in order. */
  make(batch: BatchOf): object | undefined;
  /** Returns the text sealed; undefined while nothing is prepared to seal with: wait for `ready`. */
  seal(text: string): string | undefined;
  ready(): Promise<void>;
  /** The page may be gone in a moment: what is unfinished is kept in this tab, for the next page of the same session. */
  keep(): void;
  /** Forgets what was kept. */
  forget(): void;
}

/** What was kept for longer says nothing any more. */
const KEPT_MS = 5 * 60_000;

/** Returns the custody of a session. Rejects with a `TypeError` for a reader that this file does not have, and outside https. */
export async function openCustody(settings: Settings): Promise<Custody> {
  const { session, tier, reader, sealKey } = settings;
  const sealer = await createSealer(sealKey, session);
  const shelf = createShelf(`habitus:${session}:${reader}`);
  const maker = createBatchMaker({
    tier: tier === "events" ? "events" : "features",
    reader: findReader(reader),
    pending: shelf.take(),
  });
  return {
    make: maker.make,
    seal: sealer.seal,
    ready: sealer.ready,
    keep: () => shelf.put(maker.pending()),
    forget: shelf.clear,
  };
}

interface Shelf {
  take(): ReaderState | undefined;
  put(state: ReaderState | undefined): void;
  clear(): void;
}

/** A place in this tab's own storage. Where there is none (a sandboxed frame) nothing is kept. */
function createShelf(name: string): Shelf {
  const storage = attempt(() => sessionStorage);
  const clear = (): void => void attempt(() => storage?.removeItem(name));
  return {
    clear,
    put: (state) => void attempt(() => state && storage?.setItem(name, JSON.stringify({ at: Date.now(), state }))),
    take() {
      const kept = attempt(() => storage?.getItem(name));
      clear(); // a copy of the tab must not go on with it too
      const { at, state } = attempt(() => JSON.parse(kept ?? "{}")) ?? {};
      return Date.now() - at < KEPT_MS ? state : undefined;
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
