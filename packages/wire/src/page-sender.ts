import { type Event, findReader } from "@habitus/core/reader";
import { createBatchMaker } from "./readings/make-batches.ts";
import { createBatchSealer, type SealedRequest, type SendingKeys } from "./seal/post-batch.ts";
import type { Tier } from "./tiers.ts";

/** What the answer to opening a session holds of what may be sent. */
export interface PageKeys extends SendingKeys {
  readonly tier: Tier;
  readonly reader: string;
}

export interface SenderOptions {
  /** Unsigned 32-bit; drawn unless given. */
  readonly stream?: number;
  readonly quantumMs?: number;
}

/**
 * Returns what makes requests of the events of one stream, as a page would: what the session's tier lets leave, sealed and signed. For
 * simulations, replays and tests; each request is for `POST /v1/sessions/{session}/batches`, in order. Rejects for the tier `device`,
 * whose events nobody is sent.
 */
export async function createPageSender(
  keys: PageKeys,
  { stream = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0, quantumMs = 0.1 }: SenderOptions = {},
): Promise<(events: readonly Event[]) => Promise<SealedRequest>> {
  const { tier, reader } = keys;
  if (tier === "device") throw new TypeError("of the tier `device` nothing of behaviour is sent");
  const seal = await createBatchSealer(keys);
  const maker = createBatchMaker({ tier, reader: findReader(reader) });
  let seq = 0;
  return (events) => {
    const batch = maker.make({ stream, seq, quantumMs, lost: 0, events });
    seq += 1;
    return seal(batch);
  };
}
