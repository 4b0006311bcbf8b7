import type { OperatorRole, SignedInOperator } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { hashOperatorToken, makeOperatorToken } from "../keys/operator-token.ts";
import { type OperatorRow, type SignInKind, StorageError, type Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { nameOf } from "./find-application.ts";

/** Who is signed in by a token. */
export interface SignIn {
  readonly application: string;
  readonly operator: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly enrolling: boolean;
}
/** A token for the browser. It is told once and kept as its hash. */
export interface NewSignIn {
  readonly token: string;
  readonly operator: SignedInOperator;
}

const MINUTE_MS = 60_000;
const IDLE_MS = 60 * MINUTE_MS;
const LONGEST_MS = { full: 12 * 60 * MINUTE_MS, enrolment: 15 * MINUTE_MS } as const satisfies Record<
  SignInKind,
  number
>;
/** The time of last use is kept no finer. */
const TOUCH_MS = MINUTE_MS;

/** Returns who is signed in. Throws `signed-out` once the time is over: an hour without a request, twelve hours in all. */
export async function readSignIn({ storage, commits, now }: Deps, hash: Uint8Array): Promise<SignIn> {
  const session = await storage.operatorSession(hash);
  if (session === undefined || session.expiresAt <= now() || session.seenAt + IDLE_MS <= now())
    throw new ServiceError("signed-out");
  const row = await storage.operator(session.operator);
  if (row === undefined) throw new ServiceError("signed-out");
  if (now() - session.seenAt >= TOUCH_MS)
    await commits.submit([{ kind: "touchOperatorSession", row: { hash, seenAt: now() } }]).catch(() => undefined);
  const { application, operator, name, role } = row;
  return { application, operator, name, role, enrolling: session.kind === "enrolment" };
}

/** Exchanges a one-time link for a sign-in. Of two who use it at once one gets in. Throws `link-used`. */
export async function useLink(deps: Deps, { token, address }: { token: string; address: string }): Promise<NewSignIn> {
  const { storage, now, failures } = deps;
  const hash = hashOperatorToken(token);
  const link = await storage.operatorLink(hash);
  const row = link === undefined ? undefined : await storage.operator(link.operator);
  if (link === undefined || row === undefined || link.expiresAt <= now()) {
    failures.note({ kind: "link", address, ...(row === undefined ? {} : { application: row.application }) });
    throw new ServiceError("link-used");
  }
  try {
    return await signIn(deps, row, {
      kind: link.kind,
      by: "link",
      first: [{ kind: "takeOperatorLink", row: { hash } }],
    });
  } catch (error) {
    if (error instanceof StorageError && error.code === "conflict") throw new ServiceError("link-used");
    throw error;
  }
}

export interface SignInOptions {
  readonly kind: SignInKind;
  readonly by: "link" | "passkey" | "registration";
  /** What is written with it. */
  readonly first: readonly Write[];
}

/** Signs the operator in. */
export async function signIn(deps: Deps, row: OperatorRow, { kind, by, first }: SignInOptions): Promise<NewSignIn> {
  const at = deps.now();
  const token = makeOperatorToken();
  const { application, operator, name } = row;
  const session = { application, operator, hash: hashOperatorToken(token), kind };
  await deps.commits.submit([
    ...first,
    { kind: "dropExpiredSignIns", row: { before: at } },
    { kind: "addOperatorSession", row: { ...session, createdAt: at, seenAt: at, expiresAt: at + LONGEST_MS[kind] } },
    audit(application, { at, action: "operator.signedIn", actor: `operator:${name}`, detail: { by, kind } }),
  ]);
  return { token, operator: await tellOperator(deps, row, kind === "enrolment") };
}

export async function signOut(
  { commits, now }: Deps,
  { application, actor, hash }: { application: string; actor: string; hash: Uint8Array },
): Promise<void> {
  await commits.submit([
    { kind: "dropOperatorSession", row: { hash } },
    audit(application, { at: now(), action: "operator.signedOut", actor }),
  ]);
}

/** Returns what the console shows of who is signed in. */
export async function readOperator(
  deps: Deps,
  { operator, enrolling }: { operator: string; enrolling: boolean },
): Promise<SignedInOperator> {
  const row = await deps.storage.operator(operator);
  if (row === undefined) throw new ServiceError("signed-out");
  return tellOperator(deps, row, enrolling);
}

async function tellOperator(deps: Deps, row: OperatorRow, enrolling: boolean): Promise<SignedInOperator> {
  const { operator, name, role } = row;
  const passkeys = (await deps.storage.credentials(operator)).map(({ credential, label, createdAt, usedAt }) => ({
    ...{ id: credential, label, createdAt, usedAt },
  }));
  return { operator, name, role, application: await nameOf(deps, row.application), enrolling, passkeys };
}
