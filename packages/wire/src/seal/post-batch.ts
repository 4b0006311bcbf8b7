import { fromBase64Url, MAC_HEADER, signBatch } from "../envelope.ts";
import { createSealer } from "./sealer.ts";

/** What the answer to opening a session holds of sending. */
export interface SendingKeys {
  readonly session: string;
  readonly collectorToken: string;
  /** Base64url. */
  readonly channelKey: string;
  /** The service's public key, base64url. */
  readonly sealKey: string;
}

/** A request to the batches of the session. */
export interface SealedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns what seals and signs batches one after the other, for programs that may wait: simulations, replays, tests. */
export async function createBatchSealer({
  session,
  collectorToken,
  channelKey,
  sealKey,
}: SendingKeys): Promise<(batch: object) => Promise<SealedRequest>> {
  const key = fromBase64Url(channelKey);
  const sealer = await createSealer(Uint8Array.from(fromBase64Url(sealKey)), session);
  return async (batch) => {
    await sealer.ready();
    const body = sealer.seal(JSON.stringify(batch)) ?? "";
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${collectorToken}`,
      [MAC_HEADER]: signBatch(key, session, body),
    };
    return { headers, body };
  };
}
