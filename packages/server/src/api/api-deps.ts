import type { Logger } from "pino";
import type { Engine } from "../engine/engine.ts";
import type { SessionTokens } from "../keys/session-token.ts";
import type { HttpMetrics } from "../metrics.ts";

/** What a handler is given. */
export interface ApiDeps {
  readonly engine: Engine;
  readonly tokens: SessionTokens;
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: HttpMetrics;
}
