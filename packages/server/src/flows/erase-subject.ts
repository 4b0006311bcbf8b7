import type { Deps } from "../deps.ts";
import { KeyError } from "../keys/key-provider.ts";
import type { SubjectState } from "../live/subjects.ts";
import { audit } from "./audit.ts";
import { findSubject } from "./read-subject.ts";

/** Destroys the subject's data key, then everything kept about it; its running sessions are over. */
export async function eraseSubject(
  deps: Deps,
  application: string,
  subject: string,
  actor = "application",
): Promise<void> {
  for (;;) {
    const state = await findReadable(deps, application, subject);
    if (state === undefined) return eraseUnread(deps, application, subject, actor);
    const running = deps.live.all().filter((live) => live.subject === state);
    const isDone = await state.turn.run(() => !state.erased && eraseNow(deps, state, actor));
    for (const live of running) await live.turn.run(() => deps.live.drop(live));
    if (isDone) return; // else what was learnt was erased meanwhile, and the rest goes now
  }
}

async function eraseNow(deps: Deps, state: SubjectState, actor: string): Promise<boolean> {
  const { application, subject } = state;
  const at = deps.now();
  state.erased = true; // from here on nothing more is queued for the subject
  try {
    await deps.commits.submit([
      { kind: "eraseSubject", row: { application, subject } },
      audit(application, { at, action: "subject.erased", actor, subject }),
    ]);
  } catch (error) {
    state.erased = false;
    throw error;
  }
  deps.subjects.forget(state);
  return true;
}

/** Returns undefined for a subject that is there and cannot be opened: its rows are damaged, or the keys are away. */
async function findReadable(deps: Deps, application: string, subject: string): Promise<SubjectState | undefined> {
  try {
    return await findSubject(deps, application, subject);
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

/** What is to be destroyed need not be read. */
async function eraseUnread(deps: Deps, application: string, subject: string, actor: string): Promise<void> {
  await deps.commits.submit([
    { kind: "eraseSubject", row: { application, subject } },
    audit(application, { at: deps.now(), action: "subject.erased", actor, subject }),
  ]);
  const opened = deps.subjects.peek(application, subject); // the keys came back meanwhile
  if (opened === undefined) return;
  deps.subjects.forget(opened);
  for (const live of deps.live.all()) if (live.subject === opened) await live.turn.run(() => deps.live.drop(live));
}
