import { randomBytes } from "node:crypto";
import type { OneTimeLink, OperatorRecord, OperatorRole } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { hashOperatorToken, makeOperatorToken } from "../keys/operator-token.ts";
import { type OperatorRow, type SignInKind, StorageError, type Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { findOrMakeApplication } from "./find-application.ts";

type OperatorDeps = Pick<Deps, "storage" | "commits" | "now">;

export interface NewOperator {
  readonly application: string;
  readonly name: string;
  readonly role: OperatorRole;
  /** Who let them in. */
  readonly actor: string;
}

const HOUR_MS = 3_600_000;
/** How long a link may wait to be used. */
const LINK_MS = { enrolment: 24 * HOUR_MS, full: HOUR_MS } as const satisfies Record<SignInKind, number>;

/** Lets somebody open the console of the application; returns the link to register a passkey with. Throws `name-taken`. */
export async function addOperator(deps: OperatorDeps, { actor, ...given }: NewOperator): Promise<OneTimeLink> {
  const operator = `op_${randomBytes(9).toString("base64url")}`;
  const { application, name, role } = given;
  const at = deps.now();
  const link = newLink(deps, { application, operator }, "enrolment");
  const writes: readonly Write[] = [
    { kind: "putOperator", row: { application, operator, name, role, createdAt: at } },
    link.write,
    audit(application, { at, action: "operator.added", actor, detail: { operator, name, role } }),
  ];
  try {
    await deps.commits.submit(writes);
  } catch (error) {
    if (error instanceof StorageError && error.code === "conflict")
      throw new ServiceError("name-taken", `There is an operator called "${name}" already.`);
    throw error;
  }
  return link.told;
}

export interface LinkFor {
  /** The application's name; it is made when there is none. */
  readonly application: string;
  readonly name: string;
  readonly role: OperatorRole;
}

/** Returns a link that signs the operator in at once, who is made when there is none of this name: for whoever holds the machine. */
export async function makeHostLink(deps: OperatorDeps, { application: of, name, role }: LinkFor): Promise<OneTimeLink> {
  const { application, writes } = await findOrMakeApplication(deps, of);
  const known = (await deps.storage.operators(application)).find((row) => row.name === name);
  if (known === undefined) {
    await deps.commits.submit(writes);
    const { operator } = await addOperator(deps, { application, name, role, actor: "host" });
    return makeLink(deps, { application, operator, kind: "full", actor: "host" });
  }
  return makeLink(deps, { application, operator: known.operator, kind: "full", actor: "host" });
}

export interface LinkRequest {
  readonly application: string;
  readonly operator: string;
  readonly kind: SignInKind;
  readonly actor: string;
}

/** Returns a new one-time link of the operator; an older one no longer works. */
export async function makeLink(deps: OperatorDeps, { kind, actor, ...of }: LinkRequest): Promise<OneTimeLink> {
  const { application, operator, name } = await findOperator(deps, of);
  const link = newLink(deps, { application, operator }, kind);
  const detail = { operator, name, kind };
  await deps.commits.submit([
    link.write,
    audit(application, { at: deps.now(), action: "operator.linkMade", actor, detail }),
  ]);
  return link.told;
}

export async function listOperators({ storage }: OperatorDeps, application: string): Promise<OperatorRecord[]> {
  const rows = await storage.operators(application);
  return Promise.all(
    rows.map(async ({ operator, name, role, createdAt }) => {
      const passkeys = await storage.credentials(operator);
      const used = passkeys.flatMap(({ usedAt }) => usedAt ?? []);
      const lastSignInAt = used.length === 0 ? null : Math.max(...used);
      return { operator, name, role, createdAt, passkeys: passkeys.length, lastSignInAt };
    }),
  );
}

/** Ends the operator's passkeys, sessions and links with it. */
export async function removeOperator(deps: OperatorDeps, { actor, ...of }: Omit<LinkRequest, "kind">): Promise<void> {
  const { application, operator, name } = await findOperator(deps, of);
  await deps.commits.submit([
    { kind: "dropOperator", row: { application, operator } },
    audit(application, { at: deps.now(), action: "operator.removed", actor, detail: { operator, name } }),
  ]);
}

async function findOperator(
  { storage }: OperatorDeps,
  { application, operator }: { readonly application: string; readonly operator: string },
): Promise<OperatorRow> {
  const row = await storage.operator(operator);
  if (row?.application !== application) throw new ServiceError("unknown-operator");
  return row;
}

function newLink(
  { now }: OperatorDeps,
  { application, operator }: { readonly application: string; readonly operator: string },
  kind: SignInKind,
): { readonly told: OneTimeLink; readonly write: Write } {
  const token = makeOperatorToken();
  const expiresAt = now() + LINK_MS[kind];
  const row = { application, operator, hash: hashOperatorToken(token), kind, expiresAt };
  return { told: { operator, token, expiresAt }, write: { kind: "putOperatorLink", row } };
}
