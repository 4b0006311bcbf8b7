import { type BatchOf, hashName } from "@habitus/wire";
import { createBuffer } from "./buffer.ts";
import { createClock } from "./clock.ts";
import type { Custody } from "./custody.ts";
import { createExclusion } from "./exclude.ts";
import type { Settings } from "./options.ts";
import type { Activity, PageEvents, Scope } from "./scope.ts";
import { SOURCES } from "./sources/index.ts";
import type { CollectorState, CollectorStatus } from "./status.ts";
import { createTransport, type Ledger, type Transport } from "./transport.ts";

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
/** Times are told to a millisecond: nothing finer was ever learnt from (docs/privacy-science.md, Coarser clocks). */
const TICK_MS = 1;
/** Coalesced moves reach the page up to a frame late: the newest events wait this long (ms) for those before them. */
const SETTLE_MS = 20;

/** What is captured waits in memory until it is known what becomes of it. */
export type OpenCustody = (settings: Settings) => Promise<Custody>;

/** Captures content-free behaviour, from now on, and hands it to the custody once that is there. */
export function startCapture(settings: Settings, openCustody: OpenCustody): Collector {
  const ledger: Ledger = { sent: 0, acknowledged: 0, lost: 0, problem: undefined };
  const activity: Activity = { actedAt: Number.NaN, soft: false, presses: 0 };
  const clock = createClock();
  const buffer = createBuffer();
  let state: CollectorState = "capturing";
  let listening: AbortController;
  let timer: ReturnType<typeof setTimeout> | undefined;

  let custody: Custody | undefined;
  let transport: Transport | undefined;

  const held = (): number => buffer.size + (transport?.held ?? 0);
  const read = (): CollectorStatus => ({ state, ...ledger, held: held() });
  const notify = (): void => settings.onStatus(read());

  const opened = openCustody(settings).then(
    (made) => {
      if (isOver()) return made.forget();
      custody = made;
      transport = createTransport(settings, made, ledger, ({ kind }) => {
        if (kind === "refused") end("refused");
        else notify();
      });
    },
    (error) => {
      ledger.problem = error?.name === "UnknownReader" ? "wrong-reader" : "unreachable";
      if (!isOver()) end("refused");
    },
  );
  const isOver = (): boolean => state === "withdrawn" || state === "refused";

  const seal = (options: Pick<BatchOf, "endsPhrase"> & { readonly until?: number } = {}): void => {
    const { until, ...how } = options;
    const events = transport ? buffer.take(LARGEST, until) : [];
    if (events.length === 0) return;
    transport?.add({ quantumMs: Math.max(TICK_MS, clock.quantumMs()), lost: ledger.lost, events, ...how });
    seal(options);
  };
  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(tick, ms);
  };
  /** Batches follow one another: while one is not acknowledged, events gather. */
  const tick = (): void => {
    timer = undefined;
    if (transport?.held === 0) {
      seal({ until: clock.at(performance.now()) - SETTLE_MS });
      void transport.settle();
    }
    if (buffer.size > 0) schedule(settings.flushIntervalMs);
    notify();
  };

  const scope: Omit<Scope, "on"> = {
    activity,
    emit({ timeStamp }, fact) {
      if (held() >= settings.bufferLimit) ledger.lost += 1;
      else buffer.push({ ...fact, at: Math.round(clock.at(timeStamp)) });
      if (buffer.size === FULL) schedule(SETTLE_MS);
      else if (timer === undefined) schedule(settings.flushIntervalMs);
    },
    note: clock.note,
    hash: (name) => hashName(settings.nameKey, name),
    pageName: settings.pageName,
    leave() {
      seal({ endsPhrase: "always" });
      custody?.keep();
      transport?.leave();
    },
    comeBack: () => custody?.forget(),
  };

  const listen = (): void => {
    listening = new AbortController();
    const { signal } = listening;
    const isExcluded = createExclusion(signal);
    const on: Scope["on"] = (type, handle, target = settings.root) =>
      target.addEventListener(
        type,
        (event) => {
          // What a script dispatches is not trusted. Nor is, in Chromium, the end of a composition that the person committed.
          const isPersons = event.isTrusted || type === "compositionend";
          // Safe: the browser pairs names and events.
          if (isPersons && !isExcluded(event)) handle(event as PageEvents[typeof type]);
        },
        { capture: true, passive: true, signal },
      );
    for (const observe of SOURCES) observe({ ...scope, on });
  };

  const enter = (next: CollectorState): void => {
    state = next;
    if (next === "capturing") listen();
    else listening.abort();
    notify();
  };

  /** Empties the memory. */
  const end = (as: CollectorState): void => {
    if (as !== "withdrawn") ledger.lost += held();
    buffer.clear();
    transport?.clear();
    custody?.forget();
    clearTimeout(timer);
    enter(as);
  };

  const flush = async (): Promise<CollectorStatus> => {
    await opened;
    seal({ endsPhrase: "ifSent" });
    await transport?.settle();
    return read();
  };

  enter(state);
  return {
    get status() {
      return read();
    },
    pause() {
      if (state === "capturing") enter("paused");
    },
    resume() {
      if (state === "paused") enter("capturing");
      else if (state !== "capturing") throw new TypeError(`the collector is ${state}: call start again`);
    },
    flush,
    async stop() {
      if (state !== "capturing" && state !== "paused") return read();
      enter("stopped");
      const { held: left } = await flush();
      if (left > 0) end(state);
      custody?.forget();
      return read();
    },
    withdraw: () => end("withdrawn"),
  };
}
