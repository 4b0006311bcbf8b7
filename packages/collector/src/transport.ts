import { type EventBatch, encodeBatch, type WireBatch } from "@habitus/wire";
import type { Settings } from "./options.ts";
import { type Answer, createPost } from "./post.ts";
import type { CollectorStatus } from "./status.ts";

/** What happened to batches, in events. */
export interface Ledger {
  sent: number;
  acknowledged: number;
  lost: number;
  problem: CollectorStatus["problem"];
}

export interface Transport {
  /** Events of batches that were not acknowledged yet. */
  readonly held: number;
  /** Takes a batch and sends it when those before it have been acknowledged. */
  send(batch: Omit<EventBatch, "seq" | "stream">): void;
  /** Sends all that is held, one beside the other: the page may be gone in a moment. What is not acknowledged stays held. */
  leave(): void;
  /** Ends a wait; resolves when nothing is held or an attempt has failed. */
  settle(): Promise<void>;
  /** Forgets all that is held, and cancels what is on its way. */
  clear(): void;
}

/** The same batch always has the same text and number: that makes a retry harmless. */
interface Entry {
  wire: WireBatch;
  readonly count: number;
  pending?: Promise<void> | undefined;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Returns the queue of batches to the service. `onAnswer` hears of each answer that changed something. */
export function createTransport(settings: Settings, ledger: Ledger, onAnswer: (answer: Answer) => void): Transport {
  const post = createPost(settings);
  let stream = randomStream();
  let queue: Entry[] = [];
  let nextSeq = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const endWait = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wait = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(settle, ms);
  };

  const renumber = (first: number): void => {
    nextSeq = first;
    for (const entry of queue) {
      entry.wire = { ...entry.wire, stream, seq: nextSeq };
      nextSeq += 1;
    }
  };

  const handle = (entry: Entry, { kind, expectedSeq, afterMs = 0 }: Answer): void => {
    if (kind === "accepted") {
      failures = 0;
      // The service takes batches in order: it has all before this one too.
      for (const { count } of queue.splice(0, queue.indexOf(entry) + 1)) ledger.acknowledged += count;
    } else if (kind === "dropped") {
      queue.shift();
      ledger.lost += entry.count;
      renumber(entry.wire.seq);
    } else {
      if (kind === "renumber") {
        // Without a number the service has closed the stream, as it does when a session has had many.
        if (expectedSeq === undefined) stream = randomStream();
        renumber(expectedSeq ?? 0);
      }
      const ownMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      wait(Math.max(ownMs, afterMs));
    }
  };

  /** Resolves when the attempt that is under way for this entry, or begins now, has been answered. */
  const attempt = (entry: Entry, answering?: Promise<Answer>): Promise<void> => {
    entry.pending ??= (answering ?? post.send(JSON.stringify(entry.wire))).then((answer) => {
      entry.pending = undefined;
      // Of requests beside one another only the first can be told anything but that it was taken.
      if (!queue.includes(entry) || (answer.kind !== "accepted" && entry !== queue[0])) return;
      ledger.problem = answer.problem;
      handle(entry, answer);
      onAnswer(answer);
    });
    return entry.pending;
  };

  const pump = async (): Promise<void> => {
    for (let [entry] = queue; entry !== undefined && timer === undefined; [entry] = queue) await attempt(entry);
  };
  const settle = (): Promise<void> => {
    endWait();
    return pump();
  };

  return {
    get held() {
      return queue.reduce((sum, { count }) => sum + count, 0);
    },
    send(batch) {
      const { length: count } = batch.events;
      queue.push({ wire: encodeBatch({ ...batch, stream, seq: nextSeq }), count });
      nextSeq += 1;
      ledger.sent += count;
      void pump();
    },
    leave() {
      for (const entry of queue) {
        const answering = entry.pending ? undefined : post.leave(JSON.stringify(entry.wire));
        if (answering) void attempt(entry, answering);
      }
      // A beacon has no answer: if the page lives on, the same batch is sent again.
      if (timer === undefined) wait(FIRST_WAIT_MS);
    },
    settle,
    clear() {
      queue = [];
      endWait();
      post.abort();
    },
  };
}

function randomStream(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
