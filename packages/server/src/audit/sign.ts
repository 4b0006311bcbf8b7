import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Secrets } from "../keys/secrets.ts";
import type { AuditMarkKind, AuditMarkRow } from "../storage/access-rows.ts";

/** Signs where a chain stands. Ed25519 (RFC 8032). */
export interface AuditSigner {
  readonly keyId: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: (kind: AuditMarkKind, mark: Omit<AuditMarkRow, "signature">) => Uint8Array;
}

export const PUBLIC_KEY_BYTES = 32;
/** What RFC 8410 puts before the 32 bytes of a private or public Ed25519 key. */
const PRIVATE_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_HEAD = Buffer.from("302a300506032b6570032100", "hex");

/** Returns the signer whose key comes from the service's root secret: the same after every start and rotation. */
export function createAuditSigner(secrets: Secrets): AuditSigner {
  const seed = secrets.derive("audit-signing", 32);
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, seed]), format: "der", type: "pkcs8" });
  const exported = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const publicKey = exported.subarray(PUBLIC_HEAD.length);
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (kind, mark) => sign(null, signedText(kind, mark), privateKey),
  };
}

/** Returns a check of marks against a public key of 32 bytes. Throws a `RangeError` for anything else. */
export function createMarkCheck(publicKey: Uint8Array): (kind: AuditMarkKind, mark: AuditMarkRow) => boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES)
    throw new RangeError(`an Ed25519 public key has ${PUBLIC_KEY_BYTES} bytes, got ${publicKey.length}`);
  const key: KeyObject = createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, publicKey]), format: "der", type: "spki" });
  return (kind, mark) => verify(null, signedText(kind, mark), key, mark.signature);
}

export function keyIdOf(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}

/** The kind is part of it: an old checkpoint cannot be shown as the head of a chain that was cut back to it. */
function signedText(
  kind: AuditMarkKind,
  { application, id, hash, at, keyId }: Omit<AuditMarkRow, "signature">,
): Buffer {
  return Buffer.from(`habitus-audit-${kind}-1\n${application}\n${id}\n${hash}\n${at}\n${keyId}`);
}
