import { type Storage, StorageError, type Write } from "./storage.ts";

export interface GroupCommit {
  /** Resolves when the writes are durable. They are committed together with everything else of this turn. */
  readonly submit: (writes: readonly Write[]) => Promise<void>;
  /** Resolves when everything submitted so far is settled. */
  readonly settled: () => Promise<void>;
}

interface Unit {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitOptions {
  readonly onCommit?: (units: number, seconds: number) => void;
}

/**
 * Returns a queue that commits what all requests of one turn of the event loop brought in one transaction: a disk syncs
 * a few hundred times a second, requests are many more. Units of one transaction stand or fall alone: when the group fails
 * each is tried by itself, so that one bad unit harms no other.
 */
export function createGroupCommit(storage: Storage, { onCommit }: GroupCommitOptions = {}): GroupCommit {
  let queue: Unit[] = [];
  let running: Promise<void> | undefined;

  const commitUnits = async (units: readonly Unit[]): Promise<void> => {
    const started = performance.now();
    try {
      await storage.commit(units.length === 1 ? (units[0]?.writes ?? []) : units.flatMap(({ writes }) => writes));
      for (const { resolve } of units) resolve();
    } catch (error) {
      if (units.length === 1) units[0]?.reject(error);
      else for (const unit of units) await commitUnits([unit]);
      return;
    }
    onCommit?.(units.length, (performance.now() - started) / 1000);
  };
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      await new Promise<void>((next) => setImmediate(next)); // let the requests that are already here join
      const units = queue;
      queue = [];
      await commitUnits(units);
    }
    running = undefined;
  };

  return {
    submit(writes) {
      return new Promise<void>((resolve, reject) => {
        queue.push({ writes, resolve, reject });
        running ??= drain();
      });
    },
    async settled() {
      await running;
    },
  };
}

export function isFull(error: unknown): boolean {
  return error instanceof StorageError && error.code === "full";
}
