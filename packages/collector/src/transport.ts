import type { BatchOf } from "@habitus/wire";
import type { Custody } from "./custody.ts";
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
  /** Takes events in: what is made of them is sent when all before it has been acknowledged. */
  add(batch: Omit<BatchOf, "seq" | "stream">): void;
  /** Hands all that is held to the browser: the page may be gone in a moment. What is not acknowledged stays held. */
  leave(): void;
  /** Sends what is held, without waiting longer; resolves when nothing is held or an attempt has failed. */
  settle(): Promise<void>;
  /** Forgets all that is held, and cancels what is on its way. */
  clear(): void;
}

/** The same batch always has the same sealed text and number: that makes a retry harmless. */
interface Entry {
  wire: object;
  seq: number;
  /** Sealed. */
  text?: string | undefined;
  readonly count: number;
  pending?: Promise<void> | undefined;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Returns the queue of batches to the service. `onAnswer` hears of each answer that changed something. */
export function createTransport(
  settings: Settings,
  custody: Custody,
  ledger: Ledger,
  onAnswer: (answer: Answer) => void,
): Transport {
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
    timer = setTimeout(() => void settle(), ms);
  };

  const renumber = (first: number): void => {
    nextSeq = first;
    for (const entry of queue) {
      Object.assign(entry, { wire: { ...entry.wire, stream, seq: nextSeq }, seq: nextSeq, text: undefined });
      nextSeq += 1;
    }
  };

  const handle = (entry: Entry, { kind, expectedSeq, afterMs = 0 }: Answer): void => {
    if (kind === "accepted") {
      failures = 0;
      queue.shift();
      ledger.acknowledged += entry.count;
    } else if (kind === "dropped") {
      queue.shift();
      ledger.lost += entry.count;
      renumber(entry.seq);
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

  const textOf = (entry: Entry): string | undefined => {
    entry.text ??= custody.seal(JSON.stringify(entry.wire));
    return entry.text;
  };
  const send = async (entry: Entry): Promise<Answer> => {
    let text = textOf(entry);
    while (text === undefined) {
      await custody.ready();
      text = textOf(entry);
    }
    return post.send(text);
  };

  /** Resolves when the attempt that is under way for this entry, or begins now, has been answered. */
  const attempt = (entry: Entry): Promise<void> => {
    entry.pending ??= send(entry).then((answer) => {
      entry.pending = undefined;
      if (!queue.includes(entry)) return; // forgotten meanwhile
      ledger.problem = answer.problem;
      handle(entry, answer);
      onAnswer(answer);
    });
    return entry.pending;
  };

  const pump = async (): Promise<void> => {
    const [entry] = queue;
    if (entry === undefined || timer !== undefined) return;
    await attempt(entry);
    await pump();
  };
  const settle = (): Promise<void> => {
    endWait();
    return pump();
  };

  return {
    get held() {
      return queue.reduce((sum, { count }) => sum + count, 0);
    },
    add(batch) {
      const { length: count } = batch.events;
      const wire = custody.make({ ...batch, stream, seq: nextSeq });
      if (wire === undefined) return; // all of it stays in the page
      ledger.sent += count;
      queue.push({ wire, seq: nextSeq, count });
      nextSeq += 1;
    },
    leave() {
      for (const entry of queue) {
        const text = entry.pending ? undefined : textOf(entry);
        if (text !== undefined) post.beacon(text);
      }
      // If the page lives on, the same batches are sent again: only an answer says that they arrived.
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
