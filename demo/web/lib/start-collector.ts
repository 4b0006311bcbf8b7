import { type Collector, start } from "@habitus/collector";
import type { Judgement, LocalCollector } from "@habitus/collector/local";
import type { Credentials } from "./api.ts";

export type { Judgement } from "@habitus/collector/local";

/** A running collector; where the person's own device judges it can do more. */
export type Running = Collector & Partial<Pick<LocalCollector, "stepUpPassed">>;

/** Starts the collector of the session's tier. What judges on the device is loaded where it is needed. */
export async function startCollector(
  credentials: Credentials,
  onJudgement: (judgement: Judgement) => void,
): Promise<Running> {
  const options = { ...credentials, consent: true } as const;
  if (credentials.tier !== "device") return start(options);
  const { startLocal } = await import("@habitus/collector/local");
  return startLocal({ ...options, onJudgement });
}
