import { gentleText, type Reason, readUsage, shareByModality } from "@habitus/core";
import type { Assessment, EnrolmentStatus } from "@habitus/wire";
import type { CoreDeps, Deps } from "../deps.ts";
import { explainNow, redecide } from "../live/apply-events.ts";
import { isPaused } from "../live/consent.ts";
import { readBand } from "../live/judge.ts";
import type { LiveSession } from "../live/live-session.ts";
import { type LiveState, systemId } from "../live/live-state.ts";
import { phraseStanding } from "../live/phrases.ts";
import type { SubjectState } from "../live/subjects.ts";

/** Returns what is thought of the session now, and why. */
export async function assess(deps: Deps, application: string, session: string): Promise<Assessment> {
  return deps.live.run(application, session, (live) => {
    const { decision, asserted } = live.state;
    if (asserted !== undefined) redecide(deps, live, deps.now()); // it may have fallen silent
    const wasPaused = decision.reasons.some(({ code }) => code === "paused");
    if (wasPaused && !isPaused(live.subject, deps.now())) redecide(deps, live, deps.now()); // its time is over
    return assessmentOf(deps, live);
  });
}

export function assessmentOf({ system, now }: Pick<CoreDeps, "system" | "now">, live: LiveSession): Assessment {
  explainNow({ system }, live);
  const { state, subject } = live;
  const { decision, rules, shadow } = state;
  const { stepUpBelow, observeBelow, continueFrom, lockBelow } = rules.thresholds;
  return {
    session: live.session,
    subject: subject.subject,
    state: state.state,
    at: now(),
    system: systemId(system),
    decision: decision.kind,
    band: readBand(system, state),
    trust: system.trust.read(state.trust).value ?? null,
    policy: {
      id: rules.id,
      version: rules.version,
      context: rules.context,
      ...{ stepUpBelow, observeBelow, continueFrom, lockBelow },
    },
    shadow:
      shadow === undefined
        ? null
        : {
            id: shadow.rules.id,
            version: shadow.rules.version,
            decision: shadow.decision,
            challenges: shadow.challenges,
          },
    reasons: decision.reasons.map(tellReason),
    evidence: state.evidence.map((one) => ({
      at: clientInstant(state, one.at),
      llr: one.llr,
      sittingLlr: one.sittingLlr ?? null,
      score: one.score,
      source: one.source,
      modalities: [...one.modalities],
      quality: one.quality,
      keystrokes: one.keystrokes,
      pointerEvents: one.pointerEvents,
      contributions: one.contributions.map(({ feature, share }) => ({ feature, share })),
    })),
    modalities: shareByModality(state.evidence),
    seen: state.seen,
    enrolment: enrolmentOf(system, subject),
    signIn: signInOf(live),
    usage: readUsage(state.usage),
  };
}

/** Returns how the phrase typed last in the session was judged. */
function signInOf({ state, subject }: LiveSession): Assessment["signIn"] {
  const { newest, counted } = state.phrases;
  if (newest === undefined) return null;
  const { field, at, llr, absence } = newest;
  return { ...phraseStanding(subject, field), at: clientInstant(state, at), llr, absence, counted };
}

function clientInstant({ clockOffset }: LiveState, at: number): number {
  return Math.max(0, Math.round(at + (clockOffset ?? 0)));
}

/** Returns a reason as it is told: in words for an analyst, and in gentler ones for the person. */
export function tellReason({ code, share, nats, text }: Reason): Assessment["reasons"][number] {
  return { code, share: share ?? null, nats: nats ?? null, text, gentle: gentleText(code) };
}

export function enrolmentOf(
  { sufficientSamples: needed }: Pick<CoreDeps["system"], "sufficientSamples">,
  { samples, reference, profiles }: SubjectState,
): EnrolmentStatus {
  const enrolled = reference !== undefined;
  return {
    state: enrolled ? "enrolled" : samples > 0 ? "learning" : "none",
    samples,
    needed,
    progress: enrolled ? 1 : Math.min(1, samples / needed),
    enrolledAt: reference?.enrolledAt ?? null,
    profiles: enrolled ? profiles.length : 0,
  };
}
