import { randomBytes, randomInt } from "node:crypto";
import { type HabitusClient, HabitusError } from "@habitus/client";
import type { OpenSessionResponse } from "@habitus/wire";
import { type Account, openAccount } from "./accounts.ts";

/** One signed-in browser. The Habitus session belongs to it and ends with it. */
export interface Visit {
  readonly id: string;
  readonly subject: string;
  readonly account: Account;
  habitus: OpenSessionResponse | undefined;
  /** Asked once; "no" is remembered for the visit so that nobody is asked again and again. */
  consent: "unasked" | "granted" | "refused";
  /** Shown on screen, because this is a demo: a real bank would ask for a passkey. */
  code: string | undefined;
  locked: boolean;
}

export const CONSENT_TEXT_VERSION = "demo-1";

export function createVisits(habitus: HabitusClient, now: () => number) {
  const visits = new Map<string, Visit>();
  const accounts = new Map<string, Account>();

  async function open(visit: Visit): Promise<void> {
    visit.habitus = await habitus.openSession({ subject: visit.subject, context: {} });
  }

  return {
    find: (id: string | undefined): Visit | undefined => (id === undefined ? undefined : visits.get(id)),
    async signIn(name: string): Promise<Visit> {
      const subject = subjectOf(name);
      const account = accounts.get(subject) ?? openAccount(name, now());
      accounts.set(subject, account);
      const id = randomBytes(24).toString("base64url");
      const visit: Visit = {
        id,
        subject,
        account,
        habitus: undefined,
        consent: "unasked",
        code: undefined,
        locked: false,
      };
      // The bank works without Habitus: its normal sign-in rules are then all there is.
      if (await hasConsent(habitus, subject)) {
        await open(visit).then(
          () => {
            visit.consent = "granted";
          },
          () => undefined,
        );
      }
      visits.set(id, visit);
      return visit;
    },
    async answerConsent(visit: Visit, granted: boolean): Promise<void> {
      const wasKnown = visit.consent === "granted";
      if (granted || wasKnown) await habitus.setConsent(visit.subject, { granted, textVersion: CONSENT_TEXT_VERSION });
      visit.consent = granted ? "granted" : "refused";
      if (granted) await open(visit);
      else visit.habitus = undefined;
    },
    async erase(visit: Visit): Promise<void> {
      await habitus.eraseSubject(visit.subject);
      visit.habitus = undefined;
      visit.consent = "refused";
    },
    /** Forgets the visit, and tells Habitus that its session is over. */
    async signOut(visit: Visit): Promise<void> {
      visits.delete(visit.id);
      if (visit.habitus !== undefined)
        await habitus.reportOutcome(visit.habitus.session, { outcome: "ended" }).catch(() => undefined);
    },
    demandStepUp(visit: Visit): string {
      visit.code ??= String(randomInt(100_000, 1_000_000));
      return visit.code;
    },
  };
}
export type Visits = ReturnType<typeof createVisits>;

async function hasConsent(habitus: HabitusClient, subject: string): Promise<boolean> {
  try {
    return (await habitus.subject(subject)).consent.granted;
  } catch (error) {
    if (error instanceof HabitusError) return false;
    throw error;
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
