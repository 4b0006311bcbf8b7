import type { Deps } from "../deps.ts";
import { audit } from "./audit.ts";

/** What was tried. `lockedOut`: asked again while the address is refused. */
export const FAILURE_KINDS = [
  "apiKey",
  "collectorToken",
  "pageToken",
  "signIn",
  "passkey",
  "link",
  "lockedOut",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface Failure {
  readonly kind: FailureKind;
  readonly address: string;
  /** Where it is known whose credential it was. */
  readonly application?: string;
  readonly actor?: string;
  readonly reason?: string;
}

/** Failed authentications on their way into the audit log. */
export interface Failures {
  readonly note: (failure: Failure) => void;
  /** Writes what was counted in minutes that are over; with `everything` the running one too. */
  readonly flush: (options?: { readonly everything?: boolean }) => Promise<void>;
}

/** The chain of what belongs to no application. */
export const SERVICE_CHAIN = "service";
const MINUTE_MS = 60_000;

interface Counted {
  readonly failure: Failure;
  readonly endsAt: number;
  count: number;
  readonly addresses: Set<string>;
}
const ADDRESSES_COUNTED = 1_000;

/**
 * Returns the counter of failed authentications. The first of a kind is written at once, what follows within a minute as one entry: however
 * many an attacker sends, the log grows by two entries a minute, kind and application, and an application is named only by a credential of
 * its own.
 */
export function createFailures({ commits, now, log }: Pick<Deps, "commits" | "now" | "log">): Failures {
  const running = new Map<string, Counted>();

  const write = async ({ failure, count, addresses }: Omit<Counted, "endsAt">): Promise<void> => {
    const { kind, application = SERVICE_CHAIN, actor = "unknown", reason, address } = failure;
    const detail = { kind, count, addresses: addresses.size, address, ...(reason === undefined ? {} : { reason }) };
    try {
      await commits.submit([audit(application, { at: now(), action: "signIn.refused", actor, detail })]);
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.name : "unknown" }, "failed sign-ins could not be logged");
    }
  };
  return {
    note(failure) {
      const key = [failure.kind, failure.application, failure.actor, failure.reason].join("\n");
      const counted = running.get(key);
      if (counted !== undefined && counted.endsAt > now()) {
        counted.count += 1;
        if (counted.addresses.size < ADDRESSES_COUNTED) counted.addresses.add(failure.address);
        return;
      }
      if (counted !== undefined && counted.count > 0) void write(counted);
      running.set(key, { failure, endsAt: now() + MINUTE_MS, count: 0, addresses: new Set() });
      void write({ failure, count: 1, addresses: new Set([failure.address]) });
    },
    async flush({ everything = false } = {}) {
      for (const [key, counted] of running) {
        if (!everything && counted.endsAt > now()) continue;
        running.delete(key);
        if (counted.count > 0) await write(counted);
      }
    },
  };
}

/** What came to HTTP and never to a flow. */
export async function noteFailure({ failures }: Pick<Deps, "failures">, failure: Failure): Promise<void> {
  failures.note(failure);
}
