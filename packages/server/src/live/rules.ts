import {
  afterDecision,
  type CompiledPolicy,
  compilePolicy,
  type DecisionKind,
  decide,
  type LookMemory,
  lookAt,
  NO_LOOKS,
  type Policy,
  type PolicyContext,
  type System,
} from "@habitus/core";
import type { CoreDeps } from "../deps.ts";
import { inForce } from "./accommodation.ts";
import { enrolledForMs } from "./judge.ts";
import type { LiveSession } from "./live-session.ts";
import type { LiveState } from "./live-state.ts";
import type { ActivePolicy, ApplicationPolicies } from "./policies.ts";
import type { SubjectState } from "./subjects.ts";

/** The thresholds of one session, made of a policy, its context and the scores so far. They stand until one of these changes. */
export interface Rules {
  readonly id: string;
  readonly version: number;
  readonly context: PolicyContext;
  readonly thresholds: Policy;
  /** When an accommodation that widens them is over; missing where none does, or it has no end. */
  readonly until?: number;
}

/** What a policy that only watches would do in the session. */
export interface Shadow {
  readonly rules: Rules;
  readonly looks: LookMemory;
  readonly decision: DecisionKind;
  /** Step-ups it would have asked for. */
  readonly challenges: number;
}

export interface RulesOf {
  readonly system: System;
  readonly policies: ApplicationPolicies;
  readonly context: PolicyContext;
  readonly at: number;
  /** Undefined for somebody without a history of their own. */
  readonly subject: Pick<SubjectState, "history" | "accommodation"> | undefined;
}

export function compileFor(active: ActivePolicy, { system, policies, context, subject, at }: RulesOf): CompiledPolicy {
  return compilePolicy(active.targets, {
    context,
    anchor: system.policy,
    population: policies.population,
    subject: subject?.history,
    widenNats: inForce(subject?.accommodation, at)?.widenNats ?? 0,
  });
}

export function rulesOf(active: ActivePolicy, input: RulesOf): Rules {
  const { id, version } = active;
  const until = inForce(input.subject?.accommodation, input.at)?.until ?? undefined;
  const thresholds = compileFor(active, input).policy;
  return { id, version, context: input.context, thresholds, ...(until !== undefined && { until }) };
}

/** Brings the session's thresholds up to date; its decision is not taken anew here. */
export function refreshRules(
  { system }: Pick<CoreDeps, "system">,
  live: LiveSession,
  { at, context = live.state.rules.context }: { readonly at: number; readonly context?: PolicyContext },
): void {
  const { state, subject, policies } = live;
  const input = { system, policies, subject, context, at };
  state.rules = rulesOf(policies.live, input);
  state.looks = { ...state.looks, lookedAt: null }; // what changed is judged by now, not at the next look that is due
  const { shadow } = policies;
  const before = state.shadow?.rules.id === shadow?.id ? state.shadow : undefined;
  state.shadow = shadow && {
    looks: before?.looks ?? NO_LOOKS,
    decision: before?.decision ?? "noDecision",
    challenges: before?.challenges ?? 0,
    rules: rulesOf(shadow, input),
  };
  live.dirty = true;
}

/** Whether a loaded state was judged by the policies that are active now. */
export function areRulesCurrent({ rules, shadow }: LiveState, policies: ApplicationPolicies): boolean {
  const isSame = (rule: Rules | undefined, active: ActivePolicy | undefined): boolean =>
    rule?.id === active?.id && rule?.version === active?.version;
  return isSame(rules, policies.live) && isSame(shadow?.rules, policies.shadow);
}

/** Lets the shadow policy judge the look that trust is at now. It asks nobody anything: every step-up of its counts as passed. */
export function lookInShadow(
  { system, metrics }: Pick<CoreDeps, "system" | "metrics">,
  live: LiveSession,
  at: number,
): void {
  const { state, subject } = live;
  const { shadow } = state;
  if (shadow === undefined) return;
  const { thresholds } = shadow.rules;
  const reading = system.trust.read(state.trust);
  const previous = shadow.decision;
  const looks = lookAt(thresholds, shadow.looks, { at, previous, reading });
  const enrolment = subject.reference === undefined ? "learning" : "enrolled";
  const { kind } = decide(thresholds, {
    at,
    reading,
    enrolment,
    previous,
    stepUp: "none",
    evidence: [],
    looks,
    enrolledForMs: enrolledForMs(subject, at),
  });
  const asks = kind === "stepUp" && previous !== "stepUp";
  if (kind !== previous) metrics.shadowDecisions.inc({ decision: kind });
  state.shadow = {
    ...shadow,
    looks: afterDecision(thresholds, looks, { at, previous, kind }),
    decision: kind,
    challenges: shadow.challenges + (asks ? 1 : 0),
  };
}
