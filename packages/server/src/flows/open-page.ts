import { PAGE_LINK_MINUTES, PAGE_LONGEST_MINUTES } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import type { PageClaim } from "../keys/page-token.ts";
import { audit } from "./audit.ts";
import { findSubject } from "./read-subject.ts";

const MINUTE_MS = 60_000;

export interface OpenPage {
  readonly application: string;
  readonly subject: string;
  readonly returnTo: string | null;
}

/** Returns what a link to the subject's own page may claim. Throws `unknown-subject`. */
export async function openPage(deps: Deps, { application, subject, returnTo }: OpenPage): Promise<PageClaim> {
  const { since } = await findSubject(deps, application, subject);
  const at = deps.now();
  await deps.commits.submit([audit(application, { at, action: "page.linked", actor: "application", subject })]);
  const endsAt = at + PAGE_LONGEST_MINUTES * MINUTE_MS;
  return { application, subject, since, endsAt, expiresAt: at + PAGE_LINK_MINUTES * MINUTE_MS, returnTo };
}

/** Returns the claim for as long again as a link holds, but not beyond its end. Throws `page-over`. */
export async function renewPage(deps: Deps, claim: PageClaim): Promise<PageClaim> {
  await checkPage(deps, claim);
  return { ...claim, expiresAt: Math.min(claim.endsAt, deps.now() + PAGE_LINK_MINUTES * MINUTE_MS) };
}

/** Throws `page-over` where the subject that it was made for is no more. */
export async function checkPage(deps: Deps, { application, subject, since }: PageClaim): Promise<void> {
  const state = await deps.subjects.find(application, subject);
  if (state?.since !== since) throw new ServiceError("page-over");
}
