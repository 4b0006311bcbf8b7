import type { Assessment } from "@habitus/wire";

export interface Watching {
  readonly onAssessment: (assessment: Assessment) => void;
  /** The connection is lost; `again` when the browser tries by itself. */
  readonly onLost: (again: boolean) => void;
}

/** Listens to a session's assessments until the returned function is called. */
export function watchSession(session: string, { onAssessment, onLost }: Watching): () => void {
  const source = new EventSource(`/v1/sessions/${encodeURIComponent(session)}/events`);
  source.addEventListener("assessment", ({ data }) => onAssessment(JSON.parse(data) as Assessment)); // validated by the service
  source.addEventListener("error", () => onLost(source.readyState !== EventSource.CLOSED));
  return () => source.close();
}
