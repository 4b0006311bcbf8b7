import { habitus, type System } from "@habitus/core";
import { hmacSha256, toHex } from "@habitus/wire";
import { type Collector, startCapture } from "../capture.ts";
import { type CollectorOptions, readOptions } from "../options.ts";
import type { Judgement } from "./judge.ts";
import { type LocalCustody, openLocalCustody } from "./local-custody.ts";
import { type OwnStore, openStore } from "./store.ts";

/** A running collector that judges by itself. */
export interface LocalCollector extends Collector {
  /** What it thinks now; undefined before what was kept is loaded. Of a page anybody can change what it shows: let a server act on it. */
  readonly judgement: Judgement | undefined;
  /** The person has passed a step-up that the application's server has checked. */
  stepUpPassed(): void;
  /** As `withdraw`, and resolves when all that the device has learnt is gone. */
  erase(): Promise<void>;
}

export interface LocalOptions extends CollectorOptions {
  readonly onJudgement?: (judgement: Judgement) => void;
}

/**
 * Captures content-free behaviour and judges it on this device, with what this device has learnt: nothing of behaviour leaves it. The
 * service is told the decision, its band, and how much it rests on, signed. Works without a network; what is to be told waits. Throws
 * as `start` does, and for a tier other than `device`.
 */
export function startLocal({ onJudgement = () => undefined, ...options }: LocalOptions): LocalCollector {
  const settings = readOptions(options);
  if (settings.tier !== "device") throw new TypeError(`the tier of this session is ${settings.tier}: use start`);
  const system = habitus as unknown as System; // safe: a state comes only from its own system, which checks it
  let custody: LocalCustody | undefined;
  let store: OwnStore | undefined;
  let isErased = false;
  const opening = (async () => {
    // The name key belongs to the subject: nobody else's records are opened with it.
    const person = toHex(hmacSha256(settings.nameKey, new TextEncoder().encode("habitus-local-1"))).slice(0, 32);
    store = await openStore(person);
    if (isErased) throw new TypeError("withdrawn");
    custody = await openLocalCustody(settings, { system, store, now: Date.now, onJudgement });
    return custody;
  })();
  const collector = startCapture(settings, () => opening);
  const erase = async (): Promise<void> => {
    isErased = true;
    collector.withdraw();
    await opening.catch(() => undefined);
    await custody?.settled();
    await store?.clear();
    custody = undefined;
  };
  return {
    get status() {
      return collector.status;
    },
    get judgement() {
      return custody?.judge.read();
    },
    pause: collector.pause,
    resume: collector.resume,
    flush: collector.flush,
    async stop() {
      const status = await collector.stop();
      await custody?.settled();
      return status;
    },
    withdraw: () => void erase(),
    erase,
    stepUpPassed() {
      custody?.judge.confirm(Date.now());
      custody?.speakUp();
    },
  };
}
