import { randomBytes } from "node:crypto";
import { type Circumstances, type PolicyContext, readerOf } from "@habitus/core";
import type { OpenSessionResponse } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { keyContext } from "../keys/wrapped.ts";
import { mayObserve, tierOf } from "../live/consent.ts";
import { circumstancesOf } from "../live/support.ts";
import type { SessionRow } from "../storage/storage.ts";
import { audit } from "./audit.ts";

export interface OpenSession {
  readonly application: string;
  readonly subject: string;
  readonly context: Circumstances & { readonly remoteDesktop?: boolean | undefined };
  readonly policyContext: PolicyContext;
  readonly signedIn: boolean;
}

/**
 * Opens a session and returns what the page needs. Without consent it opens too, takes no batch, and keeps nothing of where it was
 * opened from.
 */
export async function openSession(
  deps: Deps,
  { application, subject, context, policyContext, signedIn }: OpenSession,
): Promise<OpenSessionResponse> {
  const { subjects, commits, secrets, tokens, live, settings, now, sessionMs } = deps;
  const openedAt = now();
  const expiresAt = openedAt + sessionMs;
  const session = randomBytes(16).toString("base64url");
  const state = await subjects.ensure(application, subject);
  const remoteDesktop = context.remoteDesktop === true;
  const circumstances = mayObserve(state, openedAt) ? circumstancesOf(context) : {};
  const said = { ...circumstances, remoteDesktop, policyContext, signedIn };
  const row: SessionRow = {
    application,
    session,
    subject,
    state: "open",
    openedAt,
    expiresAt,
    lastEventAt: null,
    decision: "noDecision",
    band: "none",
    trust: null,
    keystrokes: 0,
    pointerEvents: 0,
    sealedContext: state.seal("context", session, Buffer.from(JSON.stringify(said))),
  };
  await commits.submit([
    { kind: "addSession", row },
    audit(application, {
      at: openedAt,
      action: "session.opened",
      actor: "application",
      subject,
      session,
      detail: { context: policyContext },
    }),
  ]);
  const opened = await live.admit(row, state, { context: policyContext, remoteDesktop, signedIn, circumstances });
  return {
    session,
    consent: mayObserve(state, openedAt),
    tier: tierOf(state, (await settings.load(application)).current),
    collectorToken: tokens.issue({ application, session, expiresAt }),
    sealKey: deps.opener.publicKey,
    reader: readerOf(deps.system).id,
    channelKey: opened.channelKey.export().toString("base64url"),
    nameKey: Buffer.from(secrets.derive(`name|${keyContext(application, subject)}`, 16)).toString("base64url"),
    expiresAt,
  };
}
