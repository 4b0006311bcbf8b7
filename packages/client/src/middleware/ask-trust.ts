import type { Assessment, ContextRequest } from "@habitus/wire";
import type { HabitusClient } from "../client.ts";
import { HabitusError, isUnavailable } from "../error.ts";

/** What is asked of a client: `setContext` only where a context is named. */
export type TrustClient = Pick<HabitusClient, "assessment"> & Partial<Pick<HabitusClient, "setContext">>;

export interface RequireTrustOptions<Request, Response> {
  readonly client: TrustClient;
  /** The Habitus session that the application opened when this person signed in; undefined when that failed. */
  readonly session: (request: Request) => string | undefined;
  /** How much is at stake here: the session is judged by it from now on, until another place names another. */
  readonly context?: ContextRequest["context"];
  /** Each one answers the request itself, or returns `"pass"` to let it through. */
  readonly on: {
    readonly stepUp: (request: Request, response: Response, assessment: Assessment) => unknown;
    readonly lock: (request: Request, response: Response, assessment: Assessment) => unknown;
    /**
     * Habitus answers, and judges nobody: there is no consent, the person has paused it, or too little is known. Apply the normal
     * sign-in rules, the same as in `unavailable`; without this the request passes.
     */
    readonly notJudged?: (request: Request, response: Response, assessment: Assessment) => unknown;
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
  client: TrustClient,
  session: string | undefined,
  context?: ContextRequest["context"],
): Promise<TrustVerdict> {
  if (session === undefined) return { kind: "unavailable", error: undefined };
  let assessment: Assessment;
  try {
    assessment = await assess(client, session, context);
  } catch (error) {
    if (isUnavailable(error)) return { kind: "unavailable", error };
    throw error;
  }
  const { decision, state } = assessment;
  if (state !== "open" || decision === "lock") return { kind: "lock", assessment };
  return { kind: decision === "stepUp" ? "stepUp" : "pass", assessment };
}

async function assess(
  client: TrustClient,
  session: string,
  context: ContextRequest["context"] | undefined,
): Promise<Assessment> {
  if (context === undefined) return client.assessment(session);
  if (client.setContext === undefined) throw new TypeError("a context needs a client with setContext");
  try {
    return await client.setContext(session, { context });
  } catch (error) {
    // The context of a session that has ended cannot change: what is thought of it says so.
    if (error instanceof HabitusError && error.code === "session-closed") return client.assessment(session);
    throw error;
  }
}

/** Returns whether the request may go on; where it may not, it has been answered by one of `on`. */
export async function guard<Request, Response>(
  { client, session, on, context }: RequireTrustOptions<Request, Response>,
  request: Request,
  response: Response,
): Promise<boolean> {
  const verdict = await askTrust(client, session(request), context);
  if (verdict.kind === "unavailable") return (await on.unavailable(request, response, verdict.error)) === "pass";
  const { kind, assessment } = verdict;
  const isJudged = assessment.decision !== "noDecision";
  if (kind === "pass" && (isJudged || on.notJudged === undefined)) return true;
  const answer =
    kind === "pass"
      ? await on.notJudged?.(request, response, assessment)
      : await on[kind](request, response, assessment);
  return answer === "pass";
}
