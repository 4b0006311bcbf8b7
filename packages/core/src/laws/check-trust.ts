import { CoreError } from "../error.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Random } from "../math/random.ts";
import type { TrustModel } from "../trust/trust.ts";
import { hold, thrownBy } from "./hold.ts";

/** Checks the laws of every trust model on random evidence; throws an error that names the one that is broken. */
export function checkTrust<State>(model: TrustModel<State>, random: Random, rounds = 50): void {
  const fresh = model.read(model.initial());
  hold("there is no trust before there is evidence", fresh.value === undefined && fresh.scores === 0);
  const foreign = { model: "another", version: model.version, scores: [] };
  // Wrong on purpose: what a store might hand out.
  const thrown = thrownBy("a foreign state is never used", () => model.read(foreign as unknown as State));
  hold("a foreign state is never used", thrown instanceof CoreError, String(thrown));

  for (let round = 0; round < rounds; round += 1) {
    let state = model.initial();
    for (let i = 0; i < 30; i += 1) {
      const evidence = evidenceOf(random());
      const before = JSON.stringify(state);
      const next = model.update(state, evidence);
      hold("an update leaves the old state as it was", JSON.stringify(state) === before);
      // A stored state is what was stored: JSON gives back the same type.
      const stored = model.update(JSON.parse(before) as State, evidence);
      hold("a state survives JSON", JSON.stringify(stored) === JSON.stringify(next));
      const { value, scores } = model.read(next);
      hold("trust lies in 0 to 1", value !== undefined && value >= 0 && value <= 1, `${value}`);
      hold("evidence is counted", scores > 0);
      const raised = model.read(model.update(next, evidenceOf(1))).value ?? Number.NaN;
      const lowered = model.read(model.update(next, evidenceOf(0))).value ?? Number.NaN;
      hold("better evidence never gives less trust than worse", raised >= lowered, `${raised} < ${lowered}`);
      state = next;
    }
    const reset = model.reset(state);
    hold("a reset gives no trust of its own", (model.read(reset).value ?? 0) <= (model.read(state).value ?? 1));
    hold("a reset forgets the scores", model.read(reset).scores === 0);
    const size = JSON.stringify(state).length;
    for (let i = 0; i < 100; i += 1) state = model.update(state, evidenceOf(random()));
    hold("a state does not grow with the session", JSON.stringify(state).length <= 2 * size + 200);
  }
}

function evidenceOf(score: number): Evidence {
  return {
    kind: "evidence",
    llr: 6 * score - 3,
    score,
    source: "laws@1",
    modalities: ["keystroke"],
    quality: 1,
    startedAt: 0,
    at: 1000,
    keystrokes: 50,
    pointerEvents: 0,
    contributions: [],
  };
}
