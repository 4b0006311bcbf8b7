import type { Deps } from "../deps.ts";
import { eraseBehaviour } from "../flows/erase-behaviour.ts";

const AT_ONCE = 100;

/** Erases what was learnt of people whose promised time is over. What fails is tried again the next time. Returns how many were erased. */
export async function eraseDue(deps: Deps): Promise<number> {
  let erased = 0;
  for (;;) {
    const due = await deps.storage.dueErasures(deps.now(), AT_ONCE);
    const before = erased;
    for (const { application, subject } of due) {
      const state = await deps.subjects.find(application, subject);
      if (state === undefined) continue;
      await eraseBehaviour(deps, state, { actor: "habitus", why: "withdrawn" });
      erased += 1;
    }
    if (due.length < AT_ONCE || erased === before) return erased;
  }
}
