import {
  afterDecision,
  afterStepUpPassed,
  type Band,
  balanced,
  band,
  compilePolicy,
  createRandom,
  type Decision,
  decide,
  EVIDENCE_KEPT,
  type Evidence,
  emptyHistory,
  type FeatureSet,
  type FollowedSession,
  isEnrolmentDue,
  judgeSet,
  type LookMemory,
  NO_LOOKS,
  putToTrust,
  type Read,
  type Reference,
  SAMPLES_KEPT,
  type StepUpState,
  SUPPORT_KEPT,
  SUPPORT_OF_SESSION,
  type System,
  trustNow,
} from "@habitus/core";

/** What a device knows of its person: kept sealed, and by nobody else. */
export interface OwnProfile {
  reference: Reference | undefined;
  /** When there was one for the first time. */
  enrolledSince: number | undefined;
  /** Oldest first. */
  samples: FeatureSet[];
  /** After a failure to enrol: not again before there are so many samples. */
  enrolFrom: number;
}

/** What the running session has shown. Plain data. */
export interface OwnSession {
  followed: FollowedSession;
  trust: unknown;
  looks: LookMemory;
  stepUp: StepUpState;
  decision: Decision;
  /** The newest, oldest first. */
  evidence: Evidence[];
  /** Windows of evidence in the session. */
  windows: number;
  /** Of each extractor that supports: how many of this session were kept to learn from. */
  kept: Record<string, number>;
}

export interface Judgement extends Pick<OwnSession, "decision" | "windows"> {
  readonly band: Band;
  /** 0 to 1; null while nothing can be said. */
  readonly trust: number | null;
  readonly isEnrolled: boolean;
  /** Feature sets learnt from. */
  readonly samples: number;
}

export interface OwnJudge {
  readonly read: () => Judgement;
  /** Takes what was read of behaviour. Returns whether there is more to remember of the person, and of the session. */
  readonly take: (read: Pick<Read, "readings">, now: number) => { readonly learnt: boolean; readonly judged: boolean };
  /** The person has just proved to be there. */
  readonly confirm: (now: number) => void;
  readonly profile: OwnProfile;
  readonly session: OwnSession;
}

export function noProfile(): OwnProfile {
  return { reference: undefined, enrolledSince: undefined, samples: [], enrolFrom: 0 };
}

export function newSession(system: System, now: number): OwnSession {
  return {
    followed: { sitting: undefined, cross: undefined },
    trust: system.trust.initial(),
    looks: NO_LOOKS,
    stepUp: "none",
    decision: { kind: "noDecision", at: now, reasons: [] },
    evidence: [],
    windows: 0,
    kept: {},
  };
}

/**
 * Returns what judges one person on their own device: as the service does it, by the same functions of the same system, with the
 * thresholds that a service starts with. The profile and the session given are changed in place.
 */
export function createOwnJudge(system: System, profile: OwnProfile, session: OwnSession): OwnJudge {
  const { policy } = compilePolicy(balanced, {
    context: "routine",
    anchor: system.policy,
    population: emptyHistory(),
    subject: undefined,
    widenNats: 0,
  });
  const supporting = new Set((system.supporting ?? []).map(({ extractor }) => extractor));
  const redecide = (now: number): void => {
    const previous = session.decision.kind;
    if (previous === "lock") return;
    const decision = decide(policy, {
      at: now,
      reading: system.trust.read(session.trust),
      enrolment: profile.reference === undefined ? "learning" : "enrolled",
      previous,
      stepUp: session.stepUp,
      evidence: session.evidence,
      looks: session.looks,
      enrolledForMs: profile.enrolledSince === undefined ? undefined : Math.max(0, now - profile.enrolledSince),
    });
    session.looks = afterDecision(policy, session.looks, { at: now, previous, kind: decision.kind });
    session.decision = decision;
    if (decision.kind === "stepUp") session.stepUp = "pending";
  };
  /** Returns whether it said anything. */
  const compare = (set: FeatureSet, supports: boolean, now: number): boolean => {
    if (profile.reference === undefined) return false;
    const { said, sitting, cross } = judgeSet(system, profile.reference, session.followed, { set, supports });
    session.followed = { sitting, cross };
    for (const evidence of said) {
      const look = { at: now, previous: session.decision.kind, thresholds: policy };
      Object.assign(session, putToTrust(system, session, evidence, look));
      session.evidence = [...session.evidence, evidence].slice(-EVIDENCE_KEPT);
      if (evidence.supporting !== true) session.windows += 1;
    }
    return said.length > 0;
  };
  /** While learning all of it, afterwards only what is surely the owner's. Returns whether it was kept. */
  const keep = (set: FeatureSet): boolean => {
    if (profile.reference !== undefined && session.decision.kind !== "continue") return false;
    const isSupport = supporting.has(set.extractor);
    if (isSupport) {
      const kept = session.kept[set.extractor] ?? 0;
      if (kept >= SUPPORT_OF_SESSION) return false;
      session.kept[set.extractor] = kept + 1;
      profile.samples = newestOf(
        [...profile.samples, set],
        ({ extractor }) => extractor === set.extractor,
        SUPPORT_KEPT,
      );
      return true;
    }
    const { reference } = profile;
    const own = reference && system.assign ? system.assign(reference, set, session.followed.sitting) : set;
    if (own === undefined) return false;
    profile.samples = newestOf([...profile.samples, own], ({ extractor }) => !supporting.has(extractor), SAMPLES_KEPT);
    return true;
  };
  const mainSamples = (): number => profile.samples.filter(({ extractor }) => !supporting.has(extractor)).length;
  const enrol = (now: number): void => {
    const count = mainSamples();
    const learnt = profile.reference?.samples;
    if (!isEnrolmentDue(system, { samples: count, learnt, enrolFrom: profile.enrolFrom })) return;
    const random = createRandom(count);
    const background = system.background(SAMPLES_KEPT, count);
    const made = system.enrol(profile.samples, { background, random, now, profiles: [0] });
    profile.enrolFrom = made.kind === "enrolment" ? 2 * count : count + Math.max(1, made.missing);
    if (made.kind !== "enrolment") return;
    profile.reference = made.reference;
    profile.enrolledSince ??= now;
    redecide(now);
  };
  return {
    profile,
    session,
    read() {
      const reading = system.trust.read(session.trust);
      return {
        decision: session.decision,
        windows: session.windows,
        band: band(policy, reading),
        trust: trustNow(system, session.trust),
        isEnrolled: profile.reference !== undefined,
        samples: mainSamples(),
      };
    },
    take({ readings }, now) {
      let learnt = false;
      let judged = false;
      for (const one of readings) {
        if (one.kind === "window") {
          judged = compare(one.set, false, now) || judged;
          redecide(now);
          learnt = keep(one.set) || learnt;
        } else if (one.kind === "support") {
          judged = compare(one.set, true, now) || judged;
          learnt = keep(one.set) || learnt;
        }
      }
      if (readings.some(({ kind }) => kind === "support")) redecide(now);
      if (learnt) enrol(now);
      return { learnt, judged };
    },
    confirm(now) {
      if (session.decision.kind === "lock") return;
      const { sitting, cross } = session.followed;
      session.followed = { sitting: sitting && system.confirm?.(sitting), cross };
      session.trust = system.trust.reset(session.trust);
      session.evidence = [];
      session.stepUp = "passed";
      session.looks = afterStepUpPassed(session.looks, now);
      redecide(now);
    },
  };
}

/** Returns the list with only the newest so many of those that are meant. */
function newestOf(sets: FeatureSet[], isMeant: (set: FeatureSet) => boolean, most: number): FeatureSet[] {
  let beyond = sets.filter(isMeant).length - most;
  if (beyond <= 0) return sets;
  return sets.filter((set) => {
    if (beyond <= 0 || !isMeant(set)) return true;
    beyond -= 1;
    return false;
  });
}
