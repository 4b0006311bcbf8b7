import type { AuditMarks, SignedMark } from "@habitus/wire";
import { createAuditSigner } from "../audit/sign.ts";
import type { Deps } from "../deps.ts";
import type { AuditMarkRow } from "../storage/storage.ts";

/** Returns what was signed about the application's chain, and the key to check it with. */
export async function readMarks(
  { storage, secrets }: Pick<Deps, "storage" | "secrets">,
  application: string,
): Promise<AuditMarks> {
  const { keyId, publicKey } = createAuditSigner(secrets);
  const head = await storage.auditHead(application);
  const cut = (await storage.auditMarks(application, "cut")).at(-1);
  const checkpoints = await storage.auditMarks(application, "checkpoint");
  return {
    application,
    keyId,
    publicKey: Buffer.from(publicKey).toString("base64url"),
    head: head === undefined ? null : tellMark(head),
    cut: cut === undefined ? null : tellMark(cut),
    checkpoints: checkpoints.map(tellMark),
  };
}

function tellMark({ id, hash, at, keyId, signature }: AuditMarkRow): SignedMark {
  return { id, hash, at, keyId, signature: Buffer.from(signature).toString("base64url") };
}
