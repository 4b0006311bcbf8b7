import { openFolder } from "../engine/inline.ts";
import { readMarks } from "../flows/read-marks.ts";
import { FILE_KEYS, type KeysConfig } from "../keys/config.ts";
import { createAuditSigner } from "./sign.ts";
import { checkLog, type LogVerdict } from "./verify-log.ts";

export interface FolderVerdict {
  /** The application's name, or `service` for what belongs to none. */
  readonly log: string;
  readonly verdict: LogVerdict;
}
export interface VerifyFolderOptions {
  readonly keys?: KeysConfig;
  /** Hashes of entries as a copy elsewhere has them, by the log's name. */
  readonly copies?: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

const PAGE = 1_000;

/** Checks every log in a data folder that no service uses, with the key that belongs to it; appends nothing. */
export async function verifyFolder(
  dataDir: string,
  { keys = FILE_KEYS, copies = new Map() }: VerifyFolderOptions = {},
): Promise<readonly FolderVerdict[]> {
  const config = { dataDir, maxBytes: undefined, keys };
  const { storage, keys: provider, secrets } = await openFolder(config);
  try {
    const { publicKey } = createAuditSigner(secrets);
    const names = new Map((await storage.applications()).map(({ application, name }) => [application, name]));
    // Every application's log begins when it is made: one without a log has lost it.
    const chains = [...new Set([...names.keys(), ...(await storage.auditChains())])];
    const verdicts: FolderVerdict[] = [];
    for (const application of chains) {
      const log = names.get(application) ?? application;
      const copy = copies.get(log);
      const marks = await readMarks({ storage, secrets }, application);
      const check = checkLog(marks, copy === undefined ? { publicKey } : { publicKey, copy });
      for (let after = 0; ; ) {
        const entries = await storage.audit(application, after, PAGE);
        check.add(entries);
        const last = entries.at(-1);
        if (last === undefined) break;
        after = last.id;
      }
      const verdict = check.finish();
      const isLost = verdict.kind === "intact" && verdict.entries === 0 && marks.head === null;
      verdicts.push({ log, verdict: isLost ? { kind: "broken", findings: [{ kind: "cutOff", at: 1 }] } : verdict });
    }
    return verdicts;
  } finally {
    await storage.close();
    await provider.close();
  }
}
