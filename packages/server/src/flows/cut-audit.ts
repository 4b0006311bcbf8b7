import type { Deps } from "../deps.ts";
import { audit } from "./audit.ts";

export interface CutAudit {
  readonly application: string;
  /** Entries that are older go. */
  readonly before: number;
  readonly actor: string;
}

/** Deletes the oldest entries of the log and leaves a signed mark of where they ended; an entry says who did it. Throws a `RangeError` for a time to come. */
export async function cutAudit(
  { commits, now }: Pick<Deps, "commits" | "now">,
  { application, before, actor }: CutAudit,
): Promise<void> {
  const at = now();
  if (!(before <= at)) throw new RangeError(`what is to come cannot be cut off: ${new Date(before).toISOString()}`);
  await commits.submit([
    audit(application, { at, action: "audit.cut", actor, detail: { before } }),
    { kind: "cutAudit", row: { application, before, at } },
  ]);
}
