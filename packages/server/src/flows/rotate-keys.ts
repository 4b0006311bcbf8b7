import type { AuditAction } from "../audit/actions.ts";
import type { Deps } from "../deps.ts";
import { isDamage, KeyError, type KeyProvider, type ProviderName, unlessDamaged } from "../keys/key-provider.ts";
import { ROOT } from "../keys/secrets.ts";
import { keyContext, readHead } from "../keys/wrapped.ts";
import type { GroupCommit } from "../storage/group-commit.ts";
import type { Storage, WrappedKeyRow, Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { breathe } from "./recorded-sessions.ts";
import { rotateSubjectKey } from "./rotate-subject-key.ts";

/** What it takes to work on the keys of a folder, whether or not a service runs on it. */
export type KeyDeps = Pick<Deps, "storage" | "commits" | "keys" | "now">;

export interface KeyVersion {
  readonly version: number;
  /** Data keys, and the root secret, that it wraps. */
  readonly wraps: number;
}
export interface KeyStatus {
  readonly provider: ProviderName;
  /** Ascending; the last one wraps. Empty where the keys are away. */
  readonly versions: readonly KeyVersion[];
  readonly available: boolean;
  /** Data keys of subjects. */
  readonly subjects: number;
  /** Subjects whose data key is being rotated, or whose rotation was interrupted. */
  readonly rotating: number;
  /** Wrapped keys that no version here can open: another provider's, or damaged. */
  readonly foreign: number;
}

const LOT = 100;

/** Returns which key-encryption keys there are and what they wrap. */
export async function keyStatus({ storage, keys }: Pick<KeyDeps, "storage" | "keys">): Promise<KeyStatus> {
  const known = await keys.versions().catch((error: unknown) => {
    if (error instanceof KeyError && error.code === "keysUnavailable") return undefined;
    throw error;
  });
  const wraps = new Map<number, number>((known ?? []).map((version) => [version, 0]));
  let [subjects, rotating, foreign] = [0, 0, 0];
  const count = (wrapped: Uint8Array): void => {
    const head = headOf(wrapped);
    if (head === undefined || head.provider !== keys.name || (known !== undefined && !known.includes(head.version))) {
      foreign += 1;
      return;
    }
    wraps.set(head.version, (wraps.get(head.version) ?? 0) + 1);
    if (head.dataKeys > 1) rotating += 1;
  };
  const root = await storage.serviceKey(ROOT);
  if (root !== undefined) count(root);
  for await (const { wrappedKey } of allWrappedKeys(storage)) {
    subjects += 1;
    count(wrappedKey);
  }
  const versions = [...wraps].map(([version, n]) => ({ version, wraps: n })).sort((a, b) => a.version - b.version);
  return { provider: keys.name, versions, available: known !== undefined, subjects, rotating, foreign };
}

export interface RotatedKeys {
  /** The version that wraps now. */
  readonly version: number;
  readonly rewrapped: number;
  /** Wrapped keys that do not open: they stay as they are. */
  readonly damaged: number;
}

let running: Promise<unknown> = Promise.resolve();

/**
 * Makes a new key-encryption key and wraps every data key anew under it, in lots, while the service goes on. Where an earlier
 * rotation was interrupted that one is finished. The older key stays until `retireKey` destroys it.
 */
export function rotateKeys(deps: KeyDeps, actor: string): Promise<RotatedKeys> {
  return alone(async () => {
    const { storage, keys } = deps;
    const older = await isUnderOlder(storage, keys);
    if (!older) await keys.rotate();
    const version = await newestOf(keys);
    const done = await rewrapAll(deps, { from: [keys], to: keys });
    await noteEverywhere(deps, "keys.rotated", actor, { provider: keys.name, version, ...done });
    return { version, ...done };
  });
}

/** Destroys an older key-encryption key. Throws a `KeyError` while it still wraps something. */
export function retireKey(deps: KeyDeps, version: number, actor: string): Promise<KeyStatus> {
  return alone(async () => {
    await deps.commits.submit([]); // what was wrapped under it and is on its way is stored before it is counted
    const { versions } = await keyStatus(deps);
    const wraps = versions.find((one) => one.version === version)?.wraps ?? 0;
    if (wraps > 0)
      throw new KeyError("keyInUse", `Version ${version} still wraps ${wraps} keys: rotate first, then retire it.`);
    await deps.keys.destroy(version);
    await noteEverywhere(deps, "keys.retired", actor, { provider: deps.keys.name, version });
    return keyStatus(deps);
  });
}

export interface Rewrap {
  /** Whichever wrapped it. */
  readonly from: readonly KeyProvider[];
  readonly to: KeyProvider;
}

/** Wraps everything under the newest key of `to`, the subjects' keys first: the root secret tells that all is done. */
export async function rewrapAll(
  { storage, commits }: { readonly storage: Storage; readonly commits: GroupCommit },
  { from, to }: Rewrap,
): Promise<Pick<RotatedKeys, "rewrapped" | "damaged">> {
  const newest = await newestOf(to);
  const rewrap = async (wrapped: Uint8Array, context: string): Promise<Uint8Array | "damaged" | undefined> => {
    const head = headOf(wrapped);
    if (head === undefined) return "damaged";
    if (head.provider === to.name && head.version === newest) return undefined;
    const opener = from.find(({ name }) => name === head.provider) ?? to;
    try {
      return await to.wrap(await opener.unwrap(wrapped, context), context);
    } catch (error) {
      if (isDamage(error)) return "damaged";
      throw error;
    }
  };
  let rewrapped = 0;
  let damaged = 0;
  for (let again = true; again; ) {
    again = false;
    damaged = 0;
    let writes: Write[] = [];
    for await (const row of allWrappedKeys(storage)) {
      const { application, subject, wrappedKey: before } = row;
      const wrappedKey = await rewrap(before, keyContext(application, subject));
      if (wrappedKey === "damaged") damaged += 1;
      else if (wrappedKey !== undefined)
        writes.push({ kind: "replaceWrappedKey", row: { application, subject, wrappedKey, before } });
      if (writes.length < LOT) continue;
      await commits.submit(writes);
      rewrapped += writes.length;
      [again, writes] = [true, []];
      await breathe();
    }
    if (writes.length === 0) continue;
    await commits.submit(writes);
    rewrapped += writes.length;
    again = true; // until a whole round finds nothing: a key may have been made meanwhile
  }
  const root = await storage.serviceKey(ROOT);
  const wrappedKey = root && (await rewrap(root, ROOT));
  if (wrappedKey instanceof Uint8Array) {
    await commits.submit([{ kind: "putServiceKey", row: { name: ROOT, wrappedKey } }]);
    rewrapped += 1;
  }
  return { rewrapped, damaged };
}

/** Finishes what was interrupted: rotations of subjects' data keys, and wrapping anew under the newest key. */
export async function resumeRotations(deps: Deps, isOver: () => boolean): Promise<void> {
  for await (const { application, subject, wrappedKey } of allWrappedKeys(deps.storage)) {
    if (isOver()) return;
    if ((headOf(wrappedKey)?.dataKeys ?? 1) > 1)
      await unlessDamaged(() => rotateSubjectKey(deps, { application, subject, actor: "habitus" }));
  }
  if (await isUnderOlder(deps.storage, deps.keys)) await rotateKeys(deps, "habitus");
}

async function isUnderOlder(storage: Storage, keys: KeyProvider): Promise<boolean> {
  const newest = await newestOf(keys);
  const isOlder = (wrapped: Uint8Array): boolean => {
    const head = headOf(wrapped);
    return head !== undefined && head.provider === keys.name && head.version < newest;
  };
  const root = await storage.serviceKey(ROOT);
  return root !== undefined && isOlder(root);
}

async function newestOf(keys: KeyProvider): Promise<number> {
  return (await keys.versions()).at(-1) ?? 0;
}

function headOf(wrapped: Uint8Array): ReturnType<typeof readHead> | undefined {
  try {
    return readHead(wrapped);
  } catch {
    return undefined;
  }
}

async function* allWrappedKeys(storage: Storage): AsyncGenerator<WrappedKeyRow> {
  for (let after: WrappedKeyRow | undefined; ; ) {
    const rows = await storage.wrappedKeys(after, LOT);
    yield* rows;
    after = rows.at(-1);
    if (after === undefined || rows.length < LOT) return;
  }
}

/** One change of keys at a time in this process. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const result = running.then(work);
  running = result.catch(() => undefined);
  return result;
}

/** Writes the entry into the audit log of every application: these keys are everybody's. */
export async function noteEverywhere(
  { storage, commits, now }: Omit<KeyDeps, "keys">,
  action: AuditAction,
  actor: string,
  detail: Record<string, string | number>,
): Promise<void> {
  const at = now();
  const applications = await storage.applications();
  await commits.submit(applications.map(({ application }) => audit(application, { at, action, actor, detail })));
}
