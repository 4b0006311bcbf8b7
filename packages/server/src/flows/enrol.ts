import { createHash } from "node:crypto";
import { createRandom, type Enrolment, type FailureToEnrol, type FeatureSet } from "@habitus/core";
import type { EnrolResponse } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { redecide, SAMPLES_KEPT } from "../live/apply-events.ts";
import { systemId } from "../live/live-state.ts";
import { decodeFeatureSet, encodeReference } from "../live/records.ts";
import type { SubjectState } from "../live/subjects.ts";
import { announce } from "./announce.ts";
import { audit } from "./audit.ts";
import { saveSessionsOf } from "./save-sessions.ts";

const BACKGROUND_SIZE = 400;

/** Makes a reference of what is stored now. Throws `unknown-subject`, `no-consent` or `too-few-samples`. */
export async function enrol(deps: Deps, application: string, subject: string, actor: string): Promise<EnrolResponse> {
  const state = await deps.subjects.find(application, subject);
  if (state === undefined) throw new ServiceError("unknown-subject");
  if (state.consent?.granted !== true) throw new ServiceError("no-consent");
  const result = await enrolSubject(deps, state, actor);
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

export async function enrolSubject(deps: Deps, state: SubjectState, actor: string): Promise<EnrolResult> {
  await saveSessionsOf(deps, state); // samples may still wait for their snapshot
  return state.turn.run(async () => {
    if (state.erased) throw new ServiceError("unknown-subject");
    const { subject } = state;
    const samples = await readSamples(deps, state);
    const random = createRandom(seedOf(`${subject}\n${state.lastVersion + 1}`));
    const background = await readBackground(deps, state, Math.floor(random() * 0xffffffff));
    const started = performance.now();
    const made = deps.system.enrol(samples, { background, random, now: deps.now() });
    deps.metrics.enrolSeconds.observe((performance.now() - started) / 1000);
    deps.metrics.enrolments.inc({ result: made.kind === "enrolment" ? "enrolled" : made.reason });
    if (made.kind === "failureToEnrol") {
      state.enrolFrom = state.samples + Math.max(1, made.missing);
      return { kind: "failed", failure: made };
    }
    return { kind: "enrolled", response: await keepReference(deps, state, made, actor) };
  });
}

async function keepReference(deps: Deps, state: SubjectState, made: Enrolment, actor: string): Promise<EnrolResponse> {
  const { application, subject } = state;
  const { reference, report } = made;
  const version = state.lastVersion + 1;
  const at = deps.now();
  const record = encodeReference({
    reference,
    heldOut: report.heldOut,
    heldOutAccuracy: report.heldOutAccuracy ?? null,
  });
  const system = systemId(deps.system);
  const { samples } = reference;
  const sealed = state.seal("reference", String(version), record);
  await deps.commits.submit([
    {
      kind: "addReference",
      row: { application, subject, version, system, samples, enrolledAt: at, active: true, sealed },
    },
    audit(application, {
      at,
      action: "subject.enrolled",
      actor,
      subject,
      detail: { version, system, samples, background: report.nonMated },
    }),
  ]);
  state.lastVersion = version;
  state.reference = { version, reference, enrolledAt: at };
  for (const live of deps.live.all())
    if (live.subject === state)
      void live.turn.run(() => {
        if (live.gone) return;
        redecide(deps, live, deps.now());
        announce(deps, live);
      });
  return {
    version,
    samples,
    heldOutAccuracy: report.heldOutAccuracy ?? null,
    heldOut: report.heldOut,
    importances: report.featureNames.map((feature, i) => ({ feature, importance: report.importances[i] ?? 0 })),
  };
}

/** Oldest first, only those that the running extractor made. */
async function readSamples({ storage, system }: Deps, state: SubjectState): Promise<FeatureSet[]> {
  const rows = await storage.samples(state.application, state.subject, SAMPLES_KEPT);
  const extractor = `${system.extractor.name}@${system.extractor.version}`;
  return rows
    .filter((row) => row.extractor === extractor)
    .map((row) => decodeFeatureSet(state.open("sample", row.id, row.sealed)))
    .reverse();
}

/** Other subjects of the same application, topped up with people who are nobody in particular. */
async function readBackground(deps: Deps, state: SubjectState, seed: number): Promise<FeatureSet[]> {
  const { storage, subjects, system } = deps;
  const extractor = `${system.extractor.name}@${system.extractor.version}`;
  const background: FeatureSet[] = [];
  for (const row of await storage.otherSamples(state.application, state.subject, BACKGROUND_SIZE)) {
    const other = row.extractor === extractor ? await subjects.find(row.application, row.subject) : undefined;
    if (other?.consent?.granted === true) background.push(decodeFeatureSet(other.open("sample", row.id, row.sealed)));
  }
  return [...background, ...system.background(BACKGROUND_SIZE - background.length, seed)];
}

/** The same samples give the same reference, and two subjects draw differently. */
function seedOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32LE(0);
}
