import { hkdfSync, randomBytes } from "node:crypto";
import { openBytes, sealBytes } from "./envelope.ts";
import { KeyError, type KeyProvider, type ProviderName } from "./key-provider.ts";
import { expectProvider, KEY_BYTES, readHead, unknownVersion, wrapContext, writeHead } from "./wrapped.ts";

/** Key-encryption keys by their version. */
export type KeyRing = ReadonlyMap<number, Uint8Array>;

export interface SoftwareOptions {
  readonly name: ProviderName;
  /** Keeps the ring before anything is wrapped under its newest key. */
  readonly save?: (ring: KeyRing) => Promise<void>;
}

/** Returns a provider over keys in this process's memory. */
export function providerOver(first: KeyRing, { name, save = async () => undefined }: SoftwareOptions): KeyProvider {
  let ring = first;
  const newest = (): number => Math.max(...ring.keys());
  const wrappingKey = (version: number): Uint8Array => {
    const key = ring.get(version);
    if (key === undefined) throw unknownVersion(version, name);
    return Buffer.from(hkdfSync("sha256", key, "habitus-key-1", "wrap", KEY_BYTES));
  };
  const replace = async (next: KeyRing): Promise<void> => {
    await save(next);
    ring = next;
  };
  return {
    name,
    async wrap(dataKeys, context) {
      const version = newest();
      const head = writeHead({ provider: name, version }, dataKeys);
      return Buffer.concat([head, sealBytes(wrappingKey(version), wrapContext(head, context), dataKeys)]);
    },
    async unwrap(wrapped, context) {
      const head = readHead(wrapped);
      expectProvider(head, name);
      const associated = wrapContext(wrapped.subarray(0, head.bodyAt), context);
      const dataKeys = openBytes(wrappingKey(head.version), associated, wrapped.subarray(head.bodyAt));
      if (dataKeys.length !== head.dataKeys * KEY_BYTES)
        throw new KeyError("malformedSeal", "The wrapped key is not a key.");
      return dataKeys;
    },
    versions: async () => [...ring.keys()].sort((a, b) => a - b),
    async rotate() {
      const version = newest() + 1;
      await replace(new Map([...ring, [version, randomBytes(KEY_BYTES)]]));
      return version;
    },
    async destroy(version) {
      if (!ring.has(version)) throw unknownVersion(version, name);
      if (version === newest()) throw new KeyError("keyInUse", `Version ${version} is the one in use: rotate first.`);
      await replace(new Map([...ring].filter(([other]) => other !== version)));
    },
    check: async () => undefined,
    close: async () => undefined,
  };
}

/** Returns a provider whose keys last as long as this process. */
export function memoryKeyProvider(key: Uint8Array = randomBytes(KEY_BYTES)): KeyProvider {
  return providerOver(new Map([[1, key]]), { name: "memory" });
}
