import { randomBytes } from "node:crypto";
import { type ApiKeyRecord, DEFAULT_SCOPES, type MadeApiKey, type Scope } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { hashApiKey, makeApiKey, prefixOf } from "../keys/api-key.ts";
import type { ApiKeyRow, Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { findOrMakeApplication } from "./find-application.ts";

type KeyDeps = Pick<Deps, "storage" | "commits" | "now">;

export interface AddKeyOptions {
  /** A new key replaces those of the same label; without a label none is replaced. */
  readonly label?: string | undefined;
  /** All that an application's server needs by default; more keys or operators it can make only where it is said. */
  readonly scopes?: readonly Scope[] | undefined;
  readonly expiresInDays?: number | undefined;
  /** Origins whose pages may send batches, for example `https://bank.example`. */
  readonly origins?: readonly string[] | undefined;
  /** Who made it. */
  readonly actor?: string | undefined;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Returns a new API key of the application, which is made when there is none of this name. The key is shown only now. */
export async function addApiKey(
  deps: KeyDeps,
  name: string,
  { origins, ...options }: AddKeyOptions = {},
): Promise<string> {
  const { application, writes } = await findOrMakeApplication(deps, name, origins);
  return (await makeKey(deps, application, options, writes)).apiKey;
}

/** Returns a new API key of an application that is there. */
export function addKeyTo(deps: KeyDeps, application: string, options: AddKeyOptions): Promise<MadeApiKey> {
  return makeKey(deps, application, options);
}

async function makeKey(
  { storage, commits, now }: KeyDeps,
  application: string,
  { label, scopes = DEFAULT_SCOPES, expiresInDays, actor = "host" }: AddKeyOptions,
  first: readonly Write[] = [],
): Promise<MadeApiKey> {
  const at = now();
  const expiresAt = expiresInDays === undefined ? null : at + expiresInDays * DAY_MS;
  const made = keyRow(application, { label: label ?? randomBytes(6).toString("base64url"), scopes, at, expiresAt });
  const replaced = (await storage.apiKeys(application)).filter((row) => row.label === label);
  const detail = { key: made.row.id, label: made.row.label, scopes: scopes.join(" "), expiresAt };
  await commits.submit([
    ...first,
    ...replaced.map(({ id }): Write => ({ kind: "dropApiKey", row: { application, id } })),
    { kind: "addApiKey", row: made.row },
    audit(application, { at, action: "apiKey.made", actor, detail }),
  ]);
  return { apiKey: made.apiKey, key: tellKey(made.row) };
}

function keyRow(
  application: string,
  { label, scopes, at, expiresAt }: { label: string; scopes: readonly Scope[]; at: number; expiresAt: number | null },
): { readonly apiKey: string; readonly row: ApiKeyRow } {
  const apiKey = makeApiKey();
  const id = `key_${randomBytes(8).toString("hex")}`;
  const known = { application, id, hash: hashApiKey(apiKey), prefix: prefixOf(apiKey) };
  return { apiKey, row: { ...known, label, scopes, createdAt: at, expiresAt, usedOn: null } };
}

export async function listApiKeys({ storage }: KeyDeps, application: string): Promise<ApiKeyRecord[]> {
  return (await storage.apiKeys(application)).map(tellKey);
}

export interface RotateKey {
  readonly application: string;
  readonly id: string;
  readonly overlapHours: number;
  readonly actor: string;
}

/** Returns a key of the same label and scopes; the old one is taken for the overlap, so that servers can change over one by one. */
export async function rotateApiKey(
  deps: KeyDeps,
  { application, id, overlapHours, actor }: RotateKey,
): Promise<MadeApiKey> {
  const old = await findKey(deps, application, id);
  const at = deps.now();
  const lifetime = old.expiresAt === null ? null : old.expiresAt - old.createdAt;
  const next = keyRow(application, { ...old, at, expiresAt: lifetime === null ? null : at + lifetime });
  const oldEnds = Math.min(old.expiresAt ?? Number.POSITIVE_INFINITY, at + overlapHours * HOUR_MS);
  await deps.commits.submit([
    { kind: "addApiKey", row: next.row },
    { kind: "expireApiKey", row: { application, id, expiresAt: oldEnds } },
    audit(application, { at, action: "apiKey.rotated", actor, detail: { key: id, next: next.row.id, oldEnds } }),
  ]);
  return { apiKey: next.apiKey, key: tellKey(next.row) };
}

/** Ends the key at once. */
export async function revokeApiKey(
  deps: KeyDeps,
  { application, id, actor }: Omit<RotateKey, "overlapHours">,
): Promise<void> {
  const { label } = await findKey(deps, application, id);
  await deps.commits.submit([
    { kind: "dropApiKey", row: { application, id } },
    audit(application, { at: deps.now(), action: "apiKey.revoked", actor, detail: { key: id, label } }),
  ]);
}

/** Returns whose key it is, ended ones included, and notes the day of its use. */
export async function findApiKey({ storage, commits, now }: KeyDeps, hash: Uint8Array): Promise<ApiKeyRow | undefined> {
  const row = await storage.apiKey(hash);
  const usedOn = new Date(now()).toISOString().slice(0, 10);
  // A full disk keeps nobody out.
  if (row !== undefined && row.usedOn !== usedOn)
    await commits.submit([{ kind: "touchApiKey", row: { hash, usedOn } }]).catch(() => undefined);
  return row;
}

async function findKey({ storage }: KeyDeps, application: string, id: string): Promise<ApiKeyRow> {
  const found = (await storage.apiKeys(application)).find((row) => row.id === id);
  if (found === undefined) throw new ServiceError("unknown-api-key");
  return found;
}

function tellKey({ id, prefix, label, scopes, createdAt, expiresAt, usedOn }: ApiKeyRow): ApiKeyRecord {
  return { id, prefix, label, scopes: [...scopes], createdAt, expiresAt, usedOn };
}
