import type { System } from "@habitus/core";
import type { Logger } from "pino";
import type { Failures } from "./flows/note-failures.ts";
import type { BatchOpener } from "./keys/batch-opener.ts";
import type { KeyProvider } from "./keys/key-provider.ts";
import type { Secrets } from "./keys/secrets.ts";
import type { SessionTokens } from "./keys/session-token.ts";
import type { Challenges } from "./live/challenges.ts";
import type { Hub } from "./live/hub.ts";
import type { LiveSessions } from "./live/live-sessions.ts";
import type { RunningBackground } from "./live/own-background.ts";
import type { Policies } from "./live/policies.ts";
import type { Settings } from "./live/settings.ts";
import type { Subjects } from "./live/subjects.ts";
import type { Metrics } from "./metrics.ts";
import type { GroupCommit } from "./storage/group-commit.ts";
import type { Storage } from "./storage/storage.ts";

/** What is needed to load and to advance a session. */
export interface CoreDeps {
  readonly storage: Storage;
  readonly commits: GroupCommit;
  readonly keys: KeyProvider;
  /** Keys of the service itself; they survive the rotation of any other. */
  readonly secrets: Secrets;
  readonly system: System;
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly subjects: Subjects;
  readonly policies: Policies;
  readonly settings: Settings;
  readonly hub: Hub;
}

/** What a flow is given. */
export interface Deps extends CoreDeps {
  readonly tokens: SessionTokens;
  readonly live: LiveSessions;
  readonly opener: BatchOpener;
  /** Batches that were not sealed are taken too: for tools on the same machine. */
  readonly acceptUnsealed: boolean;
  /** Undefined where the system compares with other subjects. */
  readonly background: () => RunningBackground | undefined;
  /** When retention was applied last since the start. */
  readonly retention: { appliedAt: number | null };
  /** How long a session may last, milliseconds. */
  readonly sessionMs: number;
  readonly challenges: Challenges;
  readonly failures: Failures;
}
