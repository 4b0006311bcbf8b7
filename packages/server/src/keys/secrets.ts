import { hkdfSync, randomBytes } from "node:crypto";
import type { Storage } from "../storage/storage.ts";
import { isDamage, KeyError, type KeyProvider } from "./key-provider.ts";
import { KEY_BYTES, keyContext } from "./wrapped.ts";

/** Keys of the service itself. They stay the same whichever key-encryption key wraps the root, and need no module once it is open. */
export interface Secrets {
  /** Returns a key that depends on the root secret and the label alone (HKDF-SHA-256, RFC 5869). */
  readonly derive: (label: string, length: number) => Uint8Array;
}

/** The name of the root secret's row, and what its wrapping is bound to. */
export const ROOT = "root";

export function secretsOf(root: Uint8Array): Secrets {
  return {
    derive: (label, length) => Buffer.from(hkdfSync("sha256", root, "habitus-key-1", `derive|${label}`, length)),
  };
}

/** Opens the root secret, which is made at the first start: 32 random bytes, kept wrapped. Throws a `KeyError` where the key does not fit. */
export async function openSecrets(
  storage: Pick<Storage, "serviceKey" | "wrappedKeys" | "commit">,
  keys: KeyProvider,
  { rootBefore }: { readonly rootBefore?: Uint8Array | undefined } = {},
): Promise<Secrets> {
  const wrapped = await storage.serviceKey(ROOT);
  if (wrapped !== undefined) return secretsOf(await openRoot(keys, wrapped));
  await checkSubjectKey(storage, keys);
  const root = rootBefore ?? randomBytes(KEY_BYTES);
  await storage.commit([{ kind: "putServiceKey", row: { name: ROOT, wrappedKey: await keys.wrap(root, ROOT) } }]);
  return secretsOf(root);
}

async function openRoot(keys: KeyProvider, wrapped: Uint8Array): Promise<Uint8Array> {
  try {
    return await keys.unwrap(wrapped, ROOT);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw wrongKeys(keys, cause);
  }
}

/** One that was damaged does not tell. */
const KEYS_TRIED = 20;

/** Data from before there was a root secret has subjects' keys alone to tell whether these are the right keys. */
async function checkSubjectKey(storage: Pick<Storage, "wrappedKeys">, keys: KeyProvider): Promise<void> {
  let failure: unknown;
  for (const { application, subject, wrappedKey } of await storage.wrappedKeys(undefined, KEYS_TRIED)) {
    try {
      await keys.unwrap(wrappedKey, keyContext(application, subject));
      return;
    } catch (error) {
      if (!isDamage(error)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw wrongKeys(keys, failure);
}

function wrongKeys({ name }: KeyProvider, cause: unknown): KeyError {
  return new KeyError(
    "wrongKey",
    `This data was written with other keys than those of the provider "${name}", or its first key was damaged: restore the keys and the data that belong together. Nothing was changed.`,
    { cause },
  );
}
