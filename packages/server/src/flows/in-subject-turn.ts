import type { SubjectState } from "../live/subjects.ts";

/**
 * Runs the work in the subject's turn. Where everything of the subject was erased before that turn came, what `find` returns then is
 * worked on: nothing is sealed under a data key that is no more.
 */
export async function inSubjectTurn<Result>(
  find: () => Promise<SubjectState>,
  work: (state: SubjectState) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const state = await find();
    const done = await state.turn.run(async () => (state.erased ? undefined : { result: await work(state) }));
    if (done !== undefined) return done.result;
  }
}
