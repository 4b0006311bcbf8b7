import {
  type Accommodation,
  type Me,
  type MeConsentRequest,
  OWN_TEXT_VERSION,
  type SubjectExport,
  type Tier,
} from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import type { PageClaim } from "../keys/page-token.ts";
import { eraseSubject } from "./erase-subject.ts";
import { exportSubject } from "./export-subject.ts";
import { checkPage } from "./open-page.ts";
import { readMe } from "./read-me.ts";
import { findSubject } from "./read-subject.ts";
import { setAccommodation } from "./set-accommodation.ts";
import { setConsent } from "./set-consent.ts";
import { setPause } from "./set-pause.ts";

/** What a person changes on their own page. All of it is audited with the actor `subject`. */
const actor = "subject";

/** What is agreed to is the text that the page shows now; taking it back needs no text. */
export async function giveMyConsent(
  deps: Deps,
  claim: PageClaim,
  said: MeConsentRequest & { readonly tier: Tier },
): Promise<Me> {
  await checkPage(deps, claim);
  const { application, subject } = claim;
  const { current } = await deps.settings.load(application);
  const shown = current.consentTexts[said.purpose]?.version ?? OWN_TEXT_VERSION;
  if (said.granted && said.textVersion !== shown) throw new ServiceError("text-changed");
  await setConsent(deps, { application, subject, ...said, actor });
  return readMe(deps, claim);
}

/** For so many minutes; null until it is ended, 0 ends it. */
export async function pauseMe(deps: Deps, claim: PageClaim, minutes: number | null): Promise<Me> {
  await checkPage(deps, claim);
  const { application, subject } = claim;
  const until = minutes === null ? null : deps.now() + minutes * 60_000;
  await setPause(deps, { application, subject, until, actor });
  return readMe(deps, claim);
}

/** What the application does differently for the subject stays; it is not the subject's to change. */
export async function accommodateMe(
  deps: Deps,
  claim: PageClaim,
  { withdrawn, widenNats }: Pick<Accommodation, "withdrawn" | "widenNats">,
): Promise<Me> {
  await checkPage(deps, claim);
  const { application, subject } = claim;
  const { accommodation } = await findSubject(deps, application, subject);
  const { without = [], until = null } = accommodation ?? {};
  await setAccommodation(deps, { application, subject, without, withdrawn, widenNats, until, actor });
  return readMe(deps, claim);
}

export async function exportMe(deps: Deps, claim: PageClaim): Promise<SubjectExport> {
  await checkPage(deps, claim);
  return exportSubject(deps, claim.application, claim.subject, actor);
}

export async function eraseMe(deps: Deps, claim: PageClaim): Promise<void> {
  await checkPage(deps, claim);
  await eraseSubject(deps, claim.application, claim.subject, actor);
}
