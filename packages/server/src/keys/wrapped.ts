import { KeyError, PROVIDER_NAMES, type ProviderName } from "./key-provider.ts";

/**
 * A wrapped key begins with what it takes to find its key-encryption key: format (2), provider, number of data keys (8 bits each),
 * version of the key-encryption key (32 bits, big-endian). All of it is authenticated. Format 1 had no head: the key file's first key.
 */
export interface WrappedHead {
  readonly provider: ProviderName;
  readonly version: number;
  /** Two while the data key is being rotated. */
  readonly dataKeys: number;
  /** Where the provider's own bytes begin. */
  readonly bodyAt: number;
}

export const KEY_BYTES = 32;
const FORMAT = 2;
const HEAD_BYTES = 7;

/** Returns the head of what is wrapped. Throws a `KeyError` for something else. */
export function readHead(wrapped: Uint8Array): WrappedHead {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
  if (bytes[0] === 1) return { provider: "file", version: 1, dataKeys: 1, bodyAt: 0 };
  const provider = PROVIDER_NAMES[bytes[1] ?? -1];
  const dataKeys = bytes[2] ?? 0;
  if (bytes[0] !== FORMAT || bytes.length < HEAD_BYTES || provider === undefined || dataKeys < 1 || dataKeys > 2)
    throw new KeyError("malformedSeal", "The wrapped key is cut short or of another format.");
  return { provider, version: bytes.readUInt32BE(3), dataKeys, bodyAt: HEAD_BYTES };
}

/** Returns the head for these data keys, and what authenticates it together with their place. */
export function writeHead(
  { provider, version }: Pick<WrappedHead, "provider" | "version">,
  dataKeys: Uint8Array,
): Buffer {
  const count = dataKeys.length / KEY_BYTES;
  if (count !== 1 && count !== 2) throw new RangeError(`one or two keys are wrapped together, got ${count}`);
  const head = Buffer.alloc(HEAD_BYTES);
  head.set([FORMAT, PROVIDER_NAMES.indexOf(provider), count]);
  head.writeUInt32BE(version, 3);
  return head;
}

/** What the provider authenticates beside the ciphertext: the head and the place. */
export function wrapContext(head: Uint8Array, context: string): Buffer {
  return head.length === 0
    ? Buffer.from(`habitus-wrap-1|${context}`)
    : Buffer.concat([head, Buffer.from(`|${context}`)]);
}

/** Throws a `KeyError` where another provider wrapped it. */
export function expectProvider({ provider, version }: WrappedHead, name: ProviderName): void {
  if (provider !== name)
    throw new KeyError(
      "unknownKey",
      `This was wrapped by the provider "${provider}" (version ${version}) and the service runs with "${name}": set HABITUS_KEYS=${provider}.`,
    );
}

export function unknownVersion(version: number, name: ProviderName): KeyError {
  return new KeyError(
    "unknownKey",
    `Version ${version} of the key-encryption key is not there (${name}): restore it, or the backup that belongs to it.`,
  );
}

/** Where the data key of a subject belongs: bound to its wrapping. */
export function keyContext(application: string, subject: string): string {
  return `${application.length}:${application}|${subject.length}:${subject}`;
}
