import { randomBytes, randomInt } from "node:crypto";
import { type HabitusClient, HabitusError } from "@habitus/client";
import type { PolicyContext } from "@habitus/core";
import type { Assessment, OpenSessionRequest, OpenSessionResponse, SubjectStatus, Tier } from "@habitus/wire";
import { type Account, openAccount } from "./accounts.ts";
import { type Followed, followSession } from "./follow-session.ts";

/** One signed-in browser. The Habitus session belongs to it and ends with it. */
export interface Visit {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly account: Account;
  /** Asked once; "no" is remembered for the visit so that nobody is asked again and again. */
  consent: "unasked" | "granted" | "refused";
  /** A simulated person stands in: what is measured is theirs, under a pseudonym of its own. */
  standIn: boolean;
  open: { readonly keys: OpenSessionResponse; readonly followed: Followed } | undefined;
  /** Shown on screen, because this is a demo: a real bank would ask for a passkey. Set while a step-up is due. */
  code: string | undefined;
  locked: boolean;
  /** On their own page the person has stopped Habitus for a while; null is until they resume it. */
  pausedUntil: number | null | undefined;
  /** The name is known, the words of the bank were not typed yet: nothing is open to the visit, and Habitus learns nothing of it. */
  phraseDue: boolean;
}

export const CONSENT_TEXT_VERSION = "demo-1";
/** The same for everybody and no secret, because this is a demo: only how they are typed counts. */
export const PASSPHRASE = "light on the water";
const SIMULATED_TEXT_VERSION = "demo-simulated-1";

export interface Visits {
  readonly find: (id: string | undefined) => Visit | undefined;
  readonly signIn: (name: string) => Promise<Visit>;
  /** Resolves to whether these are the words; then the visit is signed in. */
  readonly sayWords: (visit: Visit, words: string) => Promise<boolean>;
  readonly answerConsent: (visit: Visit, granted: boolean, tier: Tier) => Promise<void>;
  /** Lets a simulated person stand in, who starts from nothing, or ends that. The person's own is kept apart and as it was. */
  readonly standIn: (visit: Visit, wanted: boolean) => Promise<void>;
  /**
   * Tells Habitus how much is at stake and resolves to whether the bank may go on. Where Habitus gives no decision, or does not answer, the
   * bank's normal rules are all there is.
   */
  readonly mayGoOn: (visit: Visit, context: PolicyContext) => Promise<boolean>;
  readonly answerStepUp: (visit: Visit, code: string) => Promise<{ passed: boolean }>;
  readonly erase: (visit: Visit) => Promise<void>;
  /** Takes over what the person has changed on their own page. */
  readonly refresh: (visit: Visit) => Promise<void>;
  /** Returns a link to the person's own page at Habitus; undefined where nothing is known of them. */
  readonly linkToPage: (visit: Visit, returnTo: string) => Promise<string | undefined>;
  /** Forgets the visit, and tells Habitus that its session is over. */
  readonly signOut: (visit: Visit) => Promise<void>;
  readonly close: () => void;
}

export function createVisits(habitus: HabitusClient, now: () => number): Visits {
  const visits = new Map<string, Visit>();
  const accounts = new Map<string, Account>();

  return {
    find: (id) => (id === undefined ? undefined : visits.get(id)),
    async signIn(name) {
      const subject = subjectOf(name);
      const account = accounts.get(subject) ?? openAccount(name, now());
      accounts.set(subject, account);
      const id = randomBytes(24).toString("base64url");
      const visit: Visit = {
        id,
        name,
        subject,
        account,
        consent: "unasked",
        standIn: false,
        open: undefined,
        code: undefined,
        locked: false,
        pausedUntil: undefined,
        phraseDue: false,
      };
      visits.set(id, visit);
      // The bank works without Habitus: its normal sign-in rules are then all there is.
      if (await hasConsent(habitus, subject)) {
        visit.consent = "granted";
        await openSession(habitus, visit, { subject, signedIn: false }).catch(() => undefined);
        visit.phraseDue = visit.open !== undefined && visit.open.keys.tier !== "device";
      }
      return visit;
    },
    async sayWords(visit, words) {
      const isRight = words.trim().toLowerCase() === PASSPHRASE;
      const { open } = visit;
      if (open === undefined || !visit.phraseDue) return isRight;
      const outcome = isRight ? "signedIn" : "signInFailed";
      await habitus.reportOutcome(open.keys.session, { outcome }).catch(() => undefined); // the bank's own check stands
      visit.phraseDue = !isRight;
      return isRight;
    },
    async answerConsent(visit, granted, tier) {
      if (granted || visit.consent === "granted")
        await habitus.setConsent(visit.subject, { granted, tier, textVersion: CONSENT_TEXT_VERSION });
      visit.consent = granted ? "granted" : "refused";
      if (visit.standIn) return;
      await endSession(habitus, visit);
      if (granted) await openSession(habitus, visit, { subject: visit.subject });
    },
    async standIn(visit, wanted) {
      await endSession(habitus, visit);
      await eraseIfKnown(habitus, simulated(visit));
      visit.standIn = wanted;
      if (wanted) {
        await habitus.setConsent(simulated(visit), {
          granted: true,
          textVersion: SIMULATED_TEXT_VERSION,
          actor: "demo",
        });
        await openSession(habitus, visit, { subject: simulated(visit) });
      } else if (visit.consent === "granted") await openSession(habitus, visit, { subject: visit.subject });
    },
    async mayGoOn(visit, context) {
      const { open } = visit;
      if (open === undefined) return true;
      try {
        const assessment = await habitus.setContext(open.keys.session, { context, actor: "bank" });
        react(visit, assessment);
        return assessment.decision !== "stepUp" && assessment.decision !== "lock";
      } catch (error) {
        if (error instanceof HabitusError) return true;
        throw error;
      }
    },
    async answerStepUp(visit, code) {
      const { open } = visit;
      if (open === undefined || visit.code === undefined) return { passed: true }; // nothing is asked any more
      const passed = code === visit.code;
      const outcome = passed ? "stepUpPassed" : "stepUpFailed";
      const { decision } = await habitus.reportOutcome(open.keys.session, { outcome });
      visit.code = undefined;
      visit.locked ||= decision === "lock";
      return { passed };
    },
    async erase(visit) {
      await endSession(habitus, visit);
      visit.standIn = false;
      visit.consent = "refused";
      await eraseIfKnown(habitus, visit.subject);
      await eraseIfKnown(habitus, simulated(visit));
    },
    async refresh(visit) {
      if (visit.locked || visit.phraseDue || visit.consent !== "granted") return;
      const known = await standingOf(habitus, whose(visit));
      if (known === "unavailable") return; // the bank goes on as it was
      visit.pausedUntil = known?.pause === null ? undefined : known?.pause.until;
      if (known?.consent.granted === true) return;
      await endSession(habitus, visit);
      if (!visit.standIn) visit.consent = "refused";
      else await this.standIn(visit, false);
    },
    async linkToPage(visit, returnTo) {
      if ((await standingOf(habitus, whose(visit))) === undefined) return undefined;
      return (await habitus.subjectPage(whose(visit), { returnTo })).url;
    },
    async signOut(visit) {
      visits.delete(visit.id);
      await endSession(habitus, visit);
      if (visit.standIn) await eraseIfKnown(habitus, simulated(visit)).catch(() => undefined); // the next one erases it
    },
    close() {
      for (const { open } of visits.values()) open?.followed.stop();
    },
  };
}

function simulated({ subject }: Visit): string {
  return `${subject}.simulated`;
}

async function openSession(habitus: HabitusClient, visit: Visit, request: OpenSessionRequest): Promise<void> {
  const keys = await habitus.openSession(request);
  const followed = followSession(habitus, keys.session, (assessment) => react(visit, assessment));
  visit.open = { keys, followed };
}

/** What the bank does about a decision, whatever the page does. */
function react(visit: Visit, { decision }: Assessment): void {
  if (decision !== "stepUp") visit.code = undefined;
  else visit.code ??= String(randomInt(100_000, 1_000_000));
  if (decision === "lock") visit.locked = true;
}

async function endSession(habitus: HabitusClient, visit: Visit): Promise<void> {
  const { open } = visit;
  visit.open = undefined;
  visit.code = undefined;
  if (open === undefined) return;
  open.followed.stop();
  await habitus.reportOutcome(open.keys.session, { outcome: "ended" }).catch(() => undefined); // it ends by itself in time
}

/** Whose behaviour is measured in the visit. */
function whose(visit: Visit): string {
  return visit.standIn ? simulated(visit) : visit.subject;
}

async function hasConsent(habitus: HabitusClient, subject: string): Promise<boolean> {
  const known = await standingOf(habitus, subject);
  return known !== undefined && known !== "unavailable" && known.consent.granted;
}

/** Undefined for somebody of whom nothing is known. */
async function standingOf(habitus: HabitusClient, subject: string): Promise<SubjectStatus | "unavailable" | undefined> {
  try {
    return await habitus.subject(subject);
  } catch (error) {
    if (!(error instanceof HabitusError)) throw error;
    return error.code === "unknown-subject" ? undefined : "unavailable";
  }
}

async function eraseIfKnown(habitus: HabitusClient, subject: string): Promise<void> {
  try {
    await habitus.eraseSubject(subject);
  } catch (error) {
    if (!(error instanceof HabitusError && error.code === "unknown-subject")) throw error;
  }
}

/** A pseudonym that the service may store: the name in small letters, and nothing it does not accept. */
export function subjectOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return plain === "" ? "guest" : plain.slice(0, 64);
}
