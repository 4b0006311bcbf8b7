import type { FastifyRequest } from "fastify";
import type { Access, View } from "./access.ts";
import type { ApiDeps } from "./api-deps.ts";
import { callerOf } from "./caller.ts";

/** The same page asks again and again: within this time that is one view. */
const SAME_VIEW_MS: Readonly<Record<View, number>> = { session: 60_000, subject: 60_000, sessions: 600_000 };
const MAX_REMEMBERED = 10_000;

/** Remembers who looked at what a moment ago. */
export interface Views {
  readonly isNew: (who: string, view: View, what: string) => boolean;
  readonly remember: (who: string, view: View, what: string) => void;
}

export function createViews(now: () => number): Views {
  const seen = new Map<string, number>();
  return {
    isNew(who, view, what) {
      const before = seen.get(`${who}\n${view}\n${what}`);
      return before === undefined || now() - before >= SAME_VIEW_MS[view];
    },
    remember(who, view, what) {
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.set(`${who}\n${view}\n${what}`, now());
    },
  };
}

/** Puts an operator's look at a person into the audit log before anything is shown: what cannot be logged is not shown. */
export async function noteView(deps: ApiDeps, access: Access, request: FastifyRequest): Promise<void> {
  const caller = callerOf(request);
  if (caller.kind !== "operator" || access.who !== "application" || access.view === undefined) return;
  const { view } = access;
  const { session = "", subject = "" } = request.params as { session?: string; subject?: string }; // as the route names them
  const { application, actor, operator } = caller;
  const what = `${request.method} ${request.routeOptions.url} ${session}${subject}`;
  if (!deps.views.isNew(operator, view, what)) return;
  const route = `${request.method} ${request.routeOptions.url ?? ""}`;
  if (await deps.engine.noteView({ application, actor, view, route, session, subject }))
    deps.views.remember(operator, view, what);
}
