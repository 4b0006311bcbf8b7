import type { Deps } from "../deps.ts";
import { audit } from "./audit.ts";

export interface ViewNote {
  readonly application: string;
  readonly actor: string;
  readonly view: "sessions" | "session" | "subject";
  readonly route: string;
  /** Empty where the view is not of one. */
  readonly session: string;
  readonly subject: string;
}

/** Logs that an operator is about to be shown something of a person. Of sessions and subjects that are not there, there is nothing to show. */
export async function noteView(
  { storage, commits, now }: Pick<Deps, "storage" | "commits" | "now">,
  { application, actor, view, route, session, subject }: ViewNote,
): Promise<void> {
  let about: { subject?: string; session?: string } = {};
  if (view === "session") {
    const row = await storage.session(application, session);
    if (row === undefined) return;
    about = { session, subject: row.subject };
  }
  if (view === "subject") {
    if ((await storage.subject(application, subject)) === undefined) return;
    about = { subject };
  }
  await commits.submit([
    audit(application, { at: now(), action: "operator.viewed", actor, detail: { route }, ...about }),
  ]);
}
