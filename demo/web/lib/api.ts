import type { Assessment, Tier } from "@habitus/wire";
import type { Account } from "../../server/accounts.ts";

export interface Credentials {
  readonly endpoint: string;
  readonly session: string;
  readonly collectorToken: string;
  readonly channelKey: string;
  readonly nameKey: string;
  readonly sealKey: string;
  readonly tier: Tier;
  readonly reader: string;
}

export interface Me {
  readonly signedIn: boolean;
  readonly locked?: boolean;
  /** The name is known, and the words of the bank are still to be typed. */
  readonly phraseDue?: boolean;
  readonly passphrase?: string;
  readonly account?: Account;
  readonly consent?: "unasked" | "granted" | "refused";
  /** A simulated person stands in: nothing of the person in front of the screen is measured unless they take over. */
  readonly standIn?: boolean;
  readonly collector?: Credentials;
  /** Habitus is stopped for a while, by the person; null is until they resume it. */
  readonly pausedUntil?: number | null;
  readonly consoleUrl?: string;
}

/** An assessment with the demo's step-up code, while one is asked for. */
export type Shown = Assessment & { readonly code?: string };

/** Asks the bank. Throws an `Error` whose message may be shown to the person. */
export async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Error("The bank cannot be reached. Please check that the demo is still running.");
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer; // the bank's own form
  const told = typeof answer === "object" && answer !== null && "message" in answer ? answer.message : undefined;
  throw new Error(typeof told === "string" ? told : "The bank could not do that. Please try again.");
}

export interface Watching {
  readonly onAssessment: (assessment: Shown) => void;
  readonly onUnavailable: () => void;
}

/** Listens to the bank's relay of the assessment until the returned function is called. */
export function watchTrust({ onAssessment, onUnavailable }: Watching): () => void {
  const source = new EventSource("/api/trust");
  source.addEventListener("assessment", (event) => onAssessment(JSON.parse(event.data) as Shown)); // the bank's own form
  source.addEventListener("unavailable", onUnavailable);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) onUnavailable();
  });
  return () => source.close();
}

export function money(cents: number): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" }).format(cents / 100);
}
