import { type EventBatch, encodeBatch, signBatch, type WireBatch } from "@habitus/wire";
import type { Settings } from "./options.ts";
import { type Answer, createPost, type Message } from "./post.ts";
import type { CollectorStatus } from "./status.ts";

/** What happens to batches, in events. */
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
  /** Sends all that is held without waiting for answers: the page may be gone in a moment. What is not acknowledged stays held. */
  leave(): void;
  /** Tries now rather than at the end of a wait of its own; resolves when nothing is held or an attempt has failed. */
  settle(): Promise<void>;
  /** Forgets all that is held, and what is on its way. */
  clear(): void;
}

/** A batch keeps its sequence number and its text from the first attempt on: the pair is what makes a retry harmless. */
interface Entry {
  wire: WireBatch;
  message: Message | undefined;
  readonly count: number;
  isBusy: boolean;
  gaps: number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Returns the queue of batches to the service. `onChange` hears of each answer; after "refused" nothing is sent. */
export function createTransport(settings: Settings, ledger: Ledger, onChange: (answer: Answer) => void): Transport {
  const { channelKey, session, address } = settings;
  const post = createPost(settings);
  const stream = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  let queue: Entry[] = [];
  let nextSeq = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isToldToWait = false;
  let waiting: (() => void)[] = [];

  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };

  const prepare = (entry: Entry): Message => {
    if (entry.message) return entry.message;
    const json = JSON.stringify(entry.wire);
    entry.message = { json, mac: signBatch(channelKey, session, json) };
    ledger.sent += entry.count;
    return entry.message;
  };

  /** The service took this batch, so it has all before it too. */
  const acknowledge = (entry: Entry): void => {
    const index = queue.indexOf(entry);
    for (const { count } of queue.splice(0, index + 1)) ledger.acknowledged += count;
  };

  const renumber = (first: number): void => {
    nextSeq = first;
    for (const entry of queue) {
      entry.wire = { ...entry.wire, seq: nextSeq };
      entry.message = undefined;
      nextSeq += 1;
    }
  };

  const drop = (entry: Entry, isNumberTaken: boolean): void => {
    if (queue[0] !== entry) return;
    queue.shift();
    ledger.lost += entry.count;
    if (!isNumberTaken) renumber(entry.wire.seq);
  };

  const wait = (afterMs: number): void => {
    const ownMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    isToldToWait = afterMs > 0;
    clearTimeout(timer);
    timer = setTimeout(pump, Math.max(ownMs, afterMs), true);
    release();
  };

  const handle = (entry: Entry, answer: Answer): void => {
    entry.isBusy = false;
    if (!queue.includes(entry)) return; // acknowledged with a later one, or forgotten
    if (answer.kind === "accepted") {
      failures = 0;
      ledger.problem = undefined;
      acknowledge(entry);
    } else {
      ledger.problem = answer.problem;
      if (answer.kind === "retry") wait(answer.afterMs);
      else if (answer.kind === "dropped") drop(entry, answer.problem === "sequence-conflict");
      else if (answer.kind === "gap") {
        // The first time another request may still be on its way; after that, the service says where it stands.
        if (entry.gaps > 0) renumber(answer.expectedSeq);
        entry.gaps += 1;
        wait(0);
      }
    }
    onChange(answer);
  };

  const pump = (isDue = false): void => {
    if (isDue) timer = undefined;
    const [entry] = queue;
    if (entry === undefined) release();
    if (entry === undefined || entry.isBusy || timer !== undefined) return;
    entry.isBusy = true;
    void post(prepare(entry)).then((answer) => {
      handle(entry, answer);
      pump();
    });
  };

  return {
    get held() {
      return queue.reduce((sum, { count }) => sum + count, 0);
    },
    send(batch) {
      const wire = encodeBatch({ ...batch, stream, seq: nextSeq });
      nextSeq += 1;
      queue.push({ wire, message: undefined, count: batch.events.length, isBusy: false, gaps: 0 });
      pump();
    },
    leave() {
      const isSameOrigin = new URL(address, location.href).origin === location.origin;
      for (const entry of queue) {
        if (entry.isBusy) continue;
        const message = prepare(entry);
        // To another origin a request with these headers needs a preflight, for which a closing page has no time.
        if (isSameOrigin && post.fits(message)) {
          entry.isBusy = true;
          void post(message).then((answer) => {
            if (answer.kind === "accepted" || entry === queue[0]) handle(entry, answer);
            else entry.isBusy = false;
            pump();
          });
        } else post.beacon(message);
      }
      // A beacon has no answer: if the page lives on, the same batches are sent again.
      if (queue.length > 0 && !timer) timer = setTimeout(pump, FIRST_WAIT_MS, true);
    },
    settle() {
      if (queue.length === 0) return Promise.resolve();
      const settled = new Promise<void>((resolve) => waiting.push(resolve));
      if (isToldToWait && timer) release();
      else {
        clearTimeout(timer);
        timer = undefined;
        pump();
      }
      return settled;
    },
    clear() {
      queue = [];
      clearTimeout(timer);
      timer = undefined;
      post.abort();
      release();
      waiting = [];
    },
  };
}
