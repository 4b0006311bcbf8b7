import { createRandom, type Enrolment, type FailureToEnrol, type FeatureSet } from "@habitus/core";
import type { EnrolResponse } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { unlessDamaged } from "../keys/key-provider.ts";
import { redecide } from "../live/apply-events.ts";
import { mayKeep, mayLearnFrom } from "../live/consent.ts";
import { type KeptBy, keepReference } from "../live/keep-reference.ts";
import { profilesOf } from "../live/profiles.ts";
import { decodeFeatureSet } from "../live/records.ts";
import { enrolmentSeed, readSamples } from "../live/stored-samples.ts";
import type { SubjectState } from "../live/subjects.ts";
import { announce } from "./announce.ts";
import { saveSessionsOf } from "./save-sessions.ts";

const BACKGROUND_SIZE = 400;

/** Makes a reference of what is stored now. Throws `unknown-subject`, `no-consent` or `too-few-samples`. */
export async function enrol(deps: Deps, application: string, subject: string, actor: string): Promise<EnrolResponse> {
  const state = await deps.subjects.find(application, subject);
  if (state === undefined) throw new ServiceError("unknown-subject");
  if (!mayKeep(state)) throw new ServiceError("no-consent");
  const result = await enrolSubject(deps, state, { actor });
  if (result.kind === "enrolled") return result.response;
  const { reason, missing, have } = result.failure;
  const detail =
    reason === "tooFewSamples"
      ? `There are ${have} samples: ${missing} more are needed.`
      : `No reference can be made of the ${have} samples yet (${reason}).`;
  throw new ServiceError("too-few-samples", detail, { extras: { missing } });
}

export type EnrolResult =
  | { readonly kind: "enrolled"; readonly response: EnrolResponse }
  | { readonly kind: "failed"; readonly failure: FailureToEnrol };

export interface Enrolling extends KeptBy {
  /** A profile to open beside those there are. */
  readonly opens?: number | undefined;
  /** A profile to close. */
  readonly closes?: number | undefined;
}

export async function enrolSubject(deps: Deps, state: SubjectState, enrolling: Enrolling): Promise<EnrolResult> {
  await saveSessionsOf(deps, state); // samples may still wait for their snapshot
  return state.turn.run(async () => {
    if (state.erased) throw new ServiceError("unknown-subject");
    const samples = await readSamples(deps, state);
    const random = createRandom(enrolmentSeed(state));
    const background = await readBackground(deps, state, Math.floor(random() * 0xffffffff));
    const started = performance.now();
    const profiles = profilesOf(state, enrolling);
    const made = deps.system.enrol(samples, { background, random, now: deps.now(), profiles });
    deps.metrics.enrolSeconds.observe((performance.now() - started) / 1000);
    deps.metrics.enrolments.inc({ result: made.kind === "enrolment" ? "enrolled" : made.reason });
    if (made.kind === "failureToEnrol") {
      state.enrolFrom = state.samples + Math.max(1, made.missing);
      return { kind: "failed", failure: made };
    }
    return { kind: "enrolled", response: await takeReference(deps, state, made, enrolling) };
  });
}

async function takeReference(deps: Deps, state: SubjectState, made: Enrolment, by: KeptBy): Promise<EnrolResponse> {
  const { report } = made;
  const { version, reference } = await keepReference(deps, state, made, by);
  state.enrolFrom = 2 * state.samples; // windows that it was not made of do not make it due again
  for (const live of deps.live.all())
    if (live.subject === state)
      void live.turn.run(() => {
        if (live.gone) return;
        redecide(deps, live, deps.now());
        announce(deps, live);
      });
  return {
    version,
    samples: reference.samples,
    heldOutAccuracy: report.heldOutAccuracy ?? null,
    heldOut: report.heldOut,
    importances: report.featureNames.map((feature, i) => ({ feature, importance: report.importances[i] ?? 0 })),
  };
}

/** Other subjects of the same application, topped up with people who are nobody in particular. */
async function readBackground(deps: Deps, state: SubjectState, seed: number): Promise<FeatureSet[]> {
  const { storage, subjects, system } = deps;
  const extractor = `${system.extractor.name}@${system.extractor.version}`;
  const background: FeatureSet[] = [];
  for (const row of await storage.otherSamples(state.application, state.subject, BACKGROUND_SIZE)) {
    if (row.extractor !== extractor) continue;
    const set = await unlessDamaged(async () => {
      const other = await subjects.find(row.application, row.subject);
      if (other === undefined || !mayLearnFrom(other)) return undefined;
      return decodeFeatureSet(other.open("sample", row.id, row.sealed));
    });
    if (set !== undefined) background.push(set);
  }
  return [...background, ...system.background(BACKGROUND_SIZE - background.length, seed)];
}
