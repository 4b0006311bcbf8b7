import type { Logger } from "pino";
import type { Engine } from "../engine/engine.ts";
import type { PageTokens } from "../keys/page-token.ts";
import type { SessionTokens } from "../keys/session-token.ts";
import type { HttpMetrics } from "../metrics.ts";
import type { Attempts } from "./attempts.ts";
import type { Views } from "./views.ts";

/** What a handler is given. */
export interface ApiDeps {
  readonly engine: Engine;
  readonly tokens: SessionTokens;
  readonly pageTokens: PageTokens;
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: HttpMetrics;
  readonly attempts: Attempts;
  readonly views: Views;
  /** Where visitors find the service, where that is known. */
  readonly publicUrl: URL | undefined;
  /** Of who holds the machine; see host-file.ts. */
  readonly hostToken: string;
}
