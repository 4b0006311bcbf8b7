import { setTimeout as sleep } from "node:timers/promises";
import type { ProblemCode } from "@habitus/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../error.ts";
import type { Failure, FailureKind } from "../flows/note-failures.ts";
import type { Lockout } from "./lockout.ts";

export interface Attempt {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What the log calls it; left out where the flow itself notes its failures. */
  readonly kind?: FailureKind;
  /** Names the credential: one that was right before is looked at even where the address is refused. */
  readonly trusted?: string;
  /** `first`: the check costs next to nothing and is made even where the address is refused, so that what is right always passes. */
  readonly check?: "first";
}

/** Everything that somebody could try to guess goes through here. */
export interface Attempts {
  /** Runs the check of a credential. Where it fails for its sake that is counted, logged and slowed down. */
  readonly run: <Result>(attempt: Attempt, check: () => Promise<Result>) => Promise<Result>;
}

/** Failures that tell of guessing. What was right once and is over (`expired-token`) does not. */
const GUESSES: ReadonlySet<ProblemCode> = new Set([
  "invalid-api-key",
  "invalid-token",
  "signed-out",
  "sign-in-failed",
  "link-used",
]);
/** Logged, but nobody's guess. */
const STALE: ReadonlySet<ProblemCode> = new Set(["expired-api-key"]);

export interface AttemptsOptions {
  readonly lockout: Lockout;
  readonly note: (failure: Failure) => void;
}

export function createAttempts({ lockout, note }: AttemptsOptions): Attempts {
  return {
    async run({ request, reply, kind, trusted, check: when }, check) {
      const { ip } = request;
      const refusedMs = lockout.refusedFor(ip);
      const refuse = (): never => {
        reply.header("retry-after", String(Math.ceil(refusedMs / 1000)));
        note({ kind: "lockedOut", address: ip });
        throw new ServiceError("locked-out");
      };
      const isKnown = when === "first" || (trusted !== undefined && lockout.isTrusted(trusted));
      if (refusedMs > 0 && !isKnown) refuse();
      try {
        const result = await check();
        if (trusted !== undefined) lockout.trust(trusted);
        return result;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (GUESSES.has(error.code)) {
          if (refusedMs > 0) refuse();
          // A passkey is named by whoever asks: an attacker must not take the trust of another's away.
          if (trusted !== undefined && kind !== undefined) lockout.distrust(trusted);
          if (kind !== undefined) note({ kind, address: ip });
          const slowMs = lockout.fail(ip);
          if (slowMs > 0) await sleep(slowMs);
        } else if (kind !== undefined && STALE.has(error.code)) note({ kind, address: ip });
        throw error;
      }
    },
  };
}
