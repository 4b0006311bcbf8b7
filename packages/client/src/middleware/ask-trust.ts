import type { Assessment } from "@habitus/wire";
import type { HabitusClient } from "../client.ts";
import { type HabitusError, isUnavailable } from "../error.ts";

export interface RequireTrustOptions<Request, Response> {
  readonly client: Pick<HabitusClient, "assessment">;
  /** The Habitus session that the application opened when this person signed in; undefined when that failed. */
  readonly session: (request: Request) => string | undefined;
  /** Each one answers the request itself, or returns `"pass"` to let it through. */
  readonly on: {
    readonly stepUp: (request: Request, response: Response, assessment: Assessment) => unknown;
    readonly lock: (request: Request, response: Response, assessment: Assessment) => unknown;
    /** Habitus cannot judge now: apply the normal sign-in rules. Without an error there was no Habitus session. */
    readonly unavailable: (request: Request, response: Response, error: HabitusError | undefined) => unknown;
  };
}

/** What Habitus says about a request. `unavailable` is no judgement, and nothing here turns it into one. */
export type TrustVerdict =
  | { readonly kind: "pass" | "stepUp" | "lock"; readonly assessment: Assessment }
  | { readonly kind: "unavailable"; readonly error: HabitusError | undefined };

/**
 * Returns what the session's assessment means for a request. `noDecision` passes: who is not enrolled, or has not consented, is
 * judged by the application's own rules alone. Throws what is a mistake of the application, such as a wrong key.
 */
export async function askTrust(
  client: Pick<HabitusClient, "assessment">,
  session: string | undefined,
): Promise<TrustVerdict> {
  if (session === undefined) return { kind: "unavailable", error: undefined };
  let assessment: Assessment;
  try {
    assessment = await client.assessment(session);
  } catch (error) {
    if (isUnavailable(error)) return { kind: "unavailable", error };
    throw error;
  }
  const { decision, state } = assessment;
  if (state !== "open" || decision === "lock") return { kind: "lock", assessment };
  return { kind: decision === "stepUp" ? "stepUp" : "pass", assessment };
}

/** Returns whether the request may go on; where it may not, it has been answered by one of `on`. */
export async function guard<Request, Response>(
  { client, session, on }: RequireTrustOptions<Request, Response>,
  request: Request,
  response: Response,
): Promise<boolean> {
  const verdict = await askTrust(client, session(request));
  if (verdict.kind === "pass") return true;
  const answer =
    verdict.kind === "unavailable"
      ? await on.unavailable(request, response, verdict.error)
      : await on[verdict.kind](request, response, verdict.assessment);
  return answer === "pass";
}
