import type { Assessment } from "@habitus/wire";
import type { HabitusClient } from "../client.ts";
import { HabitusError } from "../error.ts";

export interface RequireTrustOptions<Request> {
  readonly client: Pick<HabitusClient, "assessment">;
  /** The Habitus session of a request; undefined when it has none (no consent, or not signed in). */
  readonly session: (request: Request) => string | undefined;
}

/**
 * What to do with a request. `unknown` says that Habitus has nothing to say (no session, no decision yet, or it is down):
 * the application's normal sign-in rules apply. It is never turned into a yes or a no here.
 */
export type TrustVerdict =
  | { readonly kind: "continue" | "stepUp" | "lock"; readonly assessment: Assessment }
  | { readonly kind: "unknown"; readonly reason: "noSession" | "noDecision" | "unavailable" };

/** Returns what Habitus says about a request. Throws only for mistakes of the application, such as a wrong key. */
export async function askTrust<Request>(
  options: RequireTrustOptions<Request>,
  request: Request,
): Promise<TrustVerdict> {
  const session = options.session(request);
  if (session === undefined) return { kind: "unknown", reason: "noSession" };
  try {
    const assessment = await options.client.assessment(session);
    switch (assessment.decision) {
      case "noDecision":
        return { kind: "unknown", reason: "noDecision" };
      case "continue":
      case "observe":
        return { kind: "continue", assessment };
      case "stepUp":
      case "lock":
        return { kind: assessment.decision, assessment };
    }
  } catch (error) {
    const down =
      error instanceof HabitusError && (error.status === undefined || error.status >= 500 || error.status === 429);
    if (down) return { kind: "unknown", reason: "unavailable" };
    throw error;
  }
}
