import type { Deps } from "../deps.ts";
import { audit } from "./audit.ts";
import { findSubject } from "./read-subject.ts";

/** Destroys the subject's data key, then everything kept about it; its running sessions are over. */
export async function eraseSubject(deps: Deps, application: string, subject: string): Promise<void> {
  const state = await findSubject(deps, application, subject);
  const running = deps.live.all().filter((live) => live.subject === state);
  await state.turn.run(async () => {
    const at = deps.now();
    state.erased = true; // from here on nothing more is queued for the subject
    try {
      await deps.commits.submit([
        { kind: "eraseSubject", row: { application, subject } },
        audit(application, { at, action: "subject.erased", actor: "application", subject }),
      ]);
    } catch (error) {
      state.erased = false;
      throw error;
    }
    deps.subjects.forget(state);
  });
  for (const live of running) await live.turn.run(() => deps.live.drop(live));
}
