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

/** Logs that an operator is about to be shown something of a person; false where there is nothing to show, and nothing was logged. */
export async function noteView(
  { storage, commits, now }: Pick<Deps, "storage" | "commits" | "now">,
  { application, actor, view, route, session, subject }: ViewNote,
): Promise<boolean> {
  let about: { subject?: string; session?: string } = {};
  if (view === "session") {
    const row = await storage.session(application, session);
    if (row === undefined) return false;
    about = { session, subject: row.subject };
  }
  if (view === "subject") {
    if ((await storage.subject(application, subject)) === undefined) return false;
    about = { subject };
  }
  await commits.submit([
    audit(application, { at: now(), action: "operator.viewed", actor, detail: { route }, ...about }),
  ]);
  return true;
}
