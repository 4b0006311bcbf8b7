import type { AuditEntry } from "@habitus/wire";
import type { Service } from "../src/index.ts";

/** Returns an application's whole audit log, oldest first. */
export async function readLog(service: Service, application = "bank"): Promise<AuditEntry[]> {
  const { audit } = await service.administer(application);
  const entries: AuditEntry[] = [];
  for (let after = 0; ; ) {
    const more = await audit.entries({ after });
    const last = more.at(-1);
    if (last === undefined) return entries;
    entries.push(...more);
    after = last.id;
  }
}
