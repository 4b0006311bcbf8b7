import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import { hashApiKey, makeApiKey } from "../keys/api-key.ts";
import type { ApplicationRow, Role } from "../storage/storage.ts";
import { audit } from "./audit.ts";

export interface AddKeyOptions {
  readonly role?: Role;
  /** A new key replaces those of the same role and label; without a label none is replaced. */
  readonly label?: string;
  /** Origins whose pages may send batches, for example `https://bank.example`. */
  readonly origins?: readonly string[];
}

/** Returns a new API key of the application, which is made when there is none of this name. The key is shown only now. */
export async function addApiKey(
  { storage, commits, now }: Pick<Deps, "storage" | "commits" | "now">,
  name: string,
  { role = "application", label = randomBytes(6).toString("base64url"), origins }: AddKeyOptions = {},
): Promise<string> {
  if (name.trim() === "") throw new TypeError("an application needs a name");
  const at = now();
  const known = (await storage.applications()).find((row) => row.name === name);
  const application = known?.application ?? `app_${randomBytes(9).toString("base64url")}`;
  const row: ApplicationRow = {
    application,
    name,
    origins: origins ?? known?.origins ?? [],
    createdAt: known?.createdAt ?? at,
  };
  const apiKey = makeApiKey();
  await commits.submit([
    { kind: "putApplication", row },
    { kind: "putApiKey", row: { application, hash: hashApiKey(apiKey), role, label, createdAt: at } },
    audit(application, { at, action: "apiKey.made", actor: "operator", detail: { role, label } }),
  ]);
  return apiKey;
}
