import { type Collector, startCapture } from "./capture.ts";
import { type CollectorOptions, readOptions } from "./options.ts";

/**
 * Captures content-free behaviour, and sends what is read of it to the service until told otherwise. A page may have one collector; the
 * options come from the application's server, which opened the session. Throws `TypeError` without consent, with a missing option,
 * and on a page that is neither of https nor of localhost.
 *
 * @example
 * const collector = start({ endpoint: "https://habitus.example", consent: true, ...opened });
 */
export function start(options: CollectorOptions): Collector {
  const settings = readOptions(options);
  if (settings.tier === "device") throw new TypeError("behaviour stays on this device: start the collector of `local`");
  return startCapture(settings, async () => (await import("./custody.ts")).openCustody(settings));
}
