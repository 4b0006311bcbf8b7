import type { Assessment, SessionSummary } from "@habitus/wire";
import { askService } from "./ask-service.ts";
import { histories } from "./histories.svelte.ts";
import { operator } from "./operator.svelte.ts";
import { trustPoints } from "./trust-points.ts";

const EVERY_MS = 2_000;
const LINES_FETCHED = 20;

/** The list of sessions, read again every two seconds while it is shown. */
class Sessions {
  list = $state<readonly SessionSummary[]>();
  problem = $state("");
  #known = new Set<string>();

  /** Reads until the returned function is called. */
  follow(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const turn = async (): Promise<void> => {
      if (document.visibilityState === "visible") await this.read();
      if (!stopped) timer = setTimeout(() => void turn(), EVERY_MS);
    };
    void turn();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  async read(): Promise<void> {
    const answer = await askService<{ sessions: SessionSummary[] }>("sessions");
    if (answer.kind === "signedOut") operator.leave();
    this.problem = answer.kind === "failed" ? answer.message : "";
    if (answer.kind !== "answer") return;
    this.list = answer.value.sessions;
    // A look at how somebody is judged is for analysts, and written down.
    if (operator.current?.role !== "viewer") await this.#fetchLines(answer.value.sessions);
    for (const { session, trust, lastEventAt } of answer.value.sessions)
      if (trust !== null && lastEventAt !== null) histories.add(session, { at: lastEventAt, trust });
  }

  /** What happened before this page was opened is in the assessments: each is asked for once. */
  async #fetchLines(sessions: readonly SessionSummary[]): Promise<void> {
    const wanted = sessions.filter(({ session, trust }) => trust !== null && !this.#known.has(session));
    await Promise.all(
      wanted.slice(0, LINES_FETCHED).map(async ({ session }) => {
        this.#known.add(session);
        const answer = await askService<Assessment>(`sessions/${session}/assessment`);
        if (answer.kind === "answer") histories.begin(session, trustPoints(answer.value));
      }),
    );
  }
}

export const sessions = new Sessions();
