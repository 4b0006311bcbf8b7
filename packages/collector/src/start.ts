import { hashName } from "@habitus/wire";
import { createBuffer } from "./buffer.ts";
import { createClock } from "./clock.ts";
import { createExclusion } from "./exclude.ts";
import { type CollectorOptions, readOptions } from "./options.ts";
import type { Activity, PageEvents, Scope } from "./scope.ts";
import { SOURCES } from "./sources/index.ts";
import type { CollectorState, CollectorStatus } from "./status.ts";
import { createTransport, type Ledger } from "./transport.ts";

/** A running collector. */
export interface Collector {
  readonly status: CollectorStatus;
  /** Ends capture at once until `resume`. What was captured is still sent. */
  pause(): void;
  /** Captures again after `pause`. Throws after `stop`, `withdraw` or a refusal: those need a new `start`. */
  resume(): void;
  /** Sends what is in memory; resolves when it is acknowledged or an attempt has failed, which `status.held` tells apart. */
  flush(): Promise<CollectorStatus>;
  /** Ends capture at once and for good, then sends what is in memory, once; what the service does not take then is lost. */
  stop(): Promise<CollectorStatus>;
  /** Consent is taken back: ends capture, empties the memory and cancels what is on its way, before it returns. */
  withdraw(): void;
}

/** So many events make a batch before its time. */
const FULL = 200;
/** 58 characters is the longest event on the wire: 800 stay under 48 kB, which a request that outlives the page may carry. */
const LARGEST = 800;
/** Coalesced moves reach the page up to a frame late: the newest events wait this long (ms) for those before them. */
const SETTLE_MS = 20;

/**
 * Captures content-free behaviour and sends it to the service until told otherwise. A page may have one collector; the
 * options come from the application's server, which opened the session. Throws `TypeError` without consent or with a
 * missing option.
 *
 * @example
 * const collector = start({ endpoint: "https://habitus.example", consent: true, ...opened });
 */
export function start(options: CollectorOptions): Collector {
  const settings = readOptions(options);
  const { root, pageName, nameKey, bufferLimit, flushIntervalMs, onStatus } = settings;
  const ledger: Ledger = { sent: 0, acknowledged: 0, lost: 0, problem: undefined };
  const activity: Activity = { actedAt: Number.NEGATIVE_INFINITY, soft: false, presses: 0 };
  const clock = createClock();
  const buffer = createBuffer();
  let state: CollectorState = "paused";
  let listening = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isHurried = false;
  let isNotified = false;

  const held = (): number => buffer.size + transport.held;
  const read = (): CollectorStatus => ({ state, ...ledger, held: held() });
  const notify = (): void => {
    if (isNotified) return;
    isNotified = true;
    queueMicrotask(() => {
      isNotified = false;
      onStatus(read());
    });
  };

  const transport = createTransport(settings, ledger, ({ kind }) => {
    if (kind === "refused") {
      ledger.lost += held();
      end("refused");
    }
    notify();
  });

  const seal = (until?: number): void => {
    for (let events = buffer.take(LARGEST, until); events.length > 0; events = buffer.take(LARGEST, until))
      transport.send({ quantumMs: clock.quantumMs(), lost: ledger.lost, events });
  };

  /** Batches follow one another; while one is not acknowledged, events gather. */
  const tick = (): void => {
    timer = undefined;
    isHurried = false;
    if (transport.held === 0) seal(clock.at(performance.now()) - SETTLE_MS);
    if (buffer.size > 0) schedule(flushIntervalMs);
    notify();
  };
  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(tick, ms);
  };

  const scope: Omit<Scope, "on"> = {
    activity,
    emit(event) {
      if (held() >= bufferLimit) {
        ledger.lost += 1;
        notify();
        return;
      }
      buffer.push(event);
      if (timer === undefined) schedule(flushIntervalMs);
      if (buffer.size < FULL || isHurried || transport.held > 0) return;
      isHurried = true;
      schedule(SETTLE_MS);
    },
    at: clock.at,
    note: clock.note,
    hash: (name) => hashName(nameKey, name),
    pageName,
    leave() {
      seal();
      transport.leave();
      notify();
    },
  };

  const listen = (): void => {
    listening = new AbortController();
    const { signal } = listening;
    const exclusion = createExclusion(signal);
    const on: Scope["on"] = (type, handle, target = root) =>
      target.addEventListener(
        type,
        (event) => {
          // Safe: the page's own dispatcher pairs names and events, and a script's dispatch is not trusted.
          if (event.isTrusted && !exclusion(event)) handle(event as PageEvents[typeof type]);
        },
        { capture: true, passive: true, signal },
      );
    state = "capturing";
    for (const observe of SOURCES) observe({ ...scope, on });
  };

  const forget = (): void => {
    buffer.clear();
    transport.clear();
    clearTimeout(timer);
    timer = undefined;
  };

  const end = (as: CollectorState): void => {
    listening.abort();
    state = as;
    if (as === "withdrawn" || as === "refused") forget();
    notify();
  };

  const flush = async (): Promise<CollectorStatus> => {
    seal();
    await transport.settle();
    return read();
  };

  listen();
  notify();
  return {
    get status() {
      return read();
    },
    pause() {
      if (state === "capturing") end("paused");
    },
    resume() {
      if (state === "paused") listen();
      else if (state !== "capturing") throw new TypeError(`the collector is ${state}: call start again`);
      notify();
    },
    flush,
    async stop() {
      if (state === "withdrawn" || state === "refused") return read();
      end("stopped");
      await flush();
      ledger.lost += held();
      forget();
      notify();
      return read();
    },
    withdraw: () => end("withdrawn"),
  };
}
