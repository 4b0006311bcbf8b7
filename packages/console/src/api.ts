import type { Assessment, SessionSummary } from "@habitus/wire";

/** `signedOut`: the browser holds no operator's key; `down`: no answer came. */
export type Failure = "signedOut" | "down";

/** Returns the sessions of the application, newest first, or why there are none to show. */
export async function listSessions(): Promise<readonly SessionSummary[] | Failure> {
  let response: Response;
  try {
    response = await fetch("/v1/sessions");
  } catch {
    return "down";
  }
  if (response.status === 401 || response.status === 403) return "signedOut";
  if (!response.ok) return "down";
  return ((await response.json()) as { sessions: SessionSummary[] }).sessions; // the service's own form
}

/** Calls back with the assessment now and after each change, until the returned function is called. */
export function watchSession(session: string, onAssessment: (assessment: Assessment) => void): () => void {
  const source = new EventSource(`/v1/sessions/${encodeURIComponent(session)}/events`);
  source.addEventListener("assessment", (event) => onAssessment(JSON.parse(event.data) as Assessment)); // the service's own form
  return () => source.close();
}
