import { hkdfSync, randomBytes } from "node:crypto";
import type { Storage } from "../storage/storage.ts";
import { KeyError, type KeyProvider } from "./key-provider.ts";
import { KEY_BYTES } from "./wrapped.ts";

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
  storage: Pick<Storage, "serviceKey" | "commit">,
  keys: KeyProvider,
  { rootBefore }: { readonly rootBefore?: Uint8Array | undefined } = {},
): Promise<Secrets> {
  const wrapped = await storage.serviceKey(ROOT);
  if (wrapped !== undefined) return secretsOf(await openRoot(keys, wrapped));
  const root = rootBefore ?? randomBytes(KEY_BYTES);
  await storage.commit([{ kind: "putServiceKey", row: { name: ROOT, wrappedKey: await keys.wrap(root, ROOT) } }]);
  return secretsOf(root);
}

async function openRoot(keys: KeyProvider, wrapped: Uint8Array): Promise<Uint8Array> {
  try {
    return await keys.unwrap(wrapped, ROOT);
  } catch (cause) {
    if (!(cause instanceof KeyError) || cause.code !== "wrongSeal") throw cause;
    throw new KeyError(
      "wrongKey",
      `This data was written with other keys than those of the provider "${keys.name}": restore the keys, or the data, that belong together. Nothing was changed.`,
      { cause },
    );
  }
}
