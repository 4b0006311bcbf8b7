import type { Logger } from "pino";
import type { Metrics } from "../metrics.ts";
import { KeyError, type KeyProvider } from "./key-provider.ts";

/** Returns the provider; that its keys go away and come back is logged once each, and shown among the metrics. */
export function watchKeys(
  provider: KeyProvider,
  { log, metrics }: { readonly log: Logger; readonly metrics: Pick<Metrics, "keysAvailable"> },
): KeyProvider {
  let isAway = false;
  metrics.keysAvailable.set(1);
  const note = (nowAway: boolean): void => {
    if (nowAway === isAway) return;
    isAway = nowAway;
    metrics.keysAvailable.set(nowAway ? 0 : 1);
    const facts = { provider: provider.name };
    if (nowAway) log.error(facts, "the keys cannot be used: what needs one is answered 503 until they are back");
    else log.info(facts, "the keys can be used again");
  };
  const watched = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      const result = await work;
      note(false);
      return result;
    } catch (error) {
      if (error instanceof KeyError && error.code === "keysUnavailable") note(true);
      throw error;
    }
  };
  return {
    ...provider,
    wrap: (dataKeys, context) => watched(provider.wrap(dataKeys, context)),
    unwrap: (wrapped, context) => watched(provider.unwrap(wrapped, context)),
    versions: () => watched(provider.versions()),
    rotate: () => watched(provider.rotate()),
    destroy: (version) => watched(provider.destroy(version)),
    check: () => watched(provider.check()),
  };
}
