import { GENESIS, linkAudit } from "../../audit/chain.ts";
import { type AuditSigner, createMarkCheck } from "../../audit/sign.ts";
import type { AuditMarkKind, AuditMarkRow, Write } from "../storage.ts";
import type { Connection } from "./connection.ts";

type AuditWrite = Extract<Write, { kind: "audit" | "cutAudit" }>;
interface Head {
  readonly id: number;
  readonly hash: string;
  readonly at: number;
}

/** The chains of all applications. Appending is part of a transaction: `begin` before it, `seal` as its last step, `keep` once it is committed. */
export interface AuditLog {
  readonly signWith: (signer: AuditSigner) => void;
  readonly begin: () => void;
  readonly write: (write: AuditWrite) => void;
  readonly seal: () => void;
  readonly keep: () => void;
}

const CHECKPOINT_ENTRIES = 1_000;
const CHECKPOINT_MS = 3_600_000;
const BEGINS_MS = 60_000;

/**
 * Returns the writer of audit chains. A chain goes on from its signed head, not from the last row: entries that were cut off or put in
 * behind the head leave a place where the links do not fit. Heads are remembered; each is checked against its signature once.
 */
export function createAuditLog({ statement }: Connection): AuditLog {
  let signer: AuditSigner | undefined;
  const known = new Map<string, Head>();
  const moved = new Map<string, Head>();
  const put = statement(
    "INSERT INTO audit (application, id, at, action, actor, subject, session, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );

  const readHead = (application: string): Head | undefined => {
    const found = readMark(statement(`${HEAD_QUERY}`).all([application])[0], application);
    if (found === undefined || signer === undefined) return found;
    return createMarkCheck(signer.publicKey)("head", found) ? found : undefined;
  };
  const append = ({ application, draft }: Extract<AuditWrite, { kind: "audit" }>): void => {
    const head = moved.get(application) ?? known.get(application) ?? begun(application, draft.at);
    const entry = linkAudit(draft, head.id + 1, head.hash);
    const { id, at, action, actor, subject, session, detail, hash } = entry;
    put.run([application, id, at, action, actor, subject, session, JSON.stringify(detail), hash]);
    moved.set(application, { id, hash, at });
  };
  /** An application's log begins when it is made: one that is there and has no log has lost it. */
  const isNew = (application: string, at: number): boolean => {
    const query = statement("SELECT 1 FROM applications WHERE application = ? AND created_at < ?");
    return query.all([application, at - BEGINS_MS]).length === 0;
  };
  /** The head to go on from. Where rows are there and no head that is ours, an entry says so for good. */
  const begun = (application: string, at: number): Head => {
    const head = readHead(application);
    const [last] = statement("SELECT id, hash FROM audit WHERE application = ? ORDER BY id DESC LIMIT 1").all([
      application,
    ]) as { id: number; hash: string }[]; // the query's columns
    const from = { id: Math.max(head?.id ?? 0, last?.id ?? 0), hash: head?.hash ?? last?.hash ?? GENESIS, at };
    if (head !== undefined || (last === undefined && isNew(application, at))) return from;
    moved.set(application, from);
    const detail = { entriesBefore: last?.id ?? 0 };
    const draft = { at, action: "audit.headMissing", actor: "habitus", subject: null, session: null, detail };
    append({ kind: "audit", application, draft });
    return moved.get(application) ?? from;
  };
  const mark = (kind: AuditMarkKind, application: string, { id, hash, at }: Head): void => {
    const keyId = signer?.keyId ?? "";
    const unsigned = { application, id, hash, at, keyId };
    const signature = signer?.sign(kind, unsigned) ?? new Uint8Array(0);
    if (kind === "head")
      statement(
        "INSERT OR REPLACE INTO audit_heads (application, id, hash, at, key_id, signature) VALUES (?, ?, ?, ?, ?, ?)",
      ).run([application, id, hash, at, keyId, signature]);
    else
      statement(
        "INSERT OR IGNORE INTO audit_marks (application, kind, id, hash, at, key_id, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ).run([application, kind, id, hash, at, keyId, signature]);
  };
  const isDue = (application: string, head: Head): boolean => {
    const [newest] = statement(
      "SELECT id, at FROM audit_marks WHERE application = ? AND kind = 'checkpoint' ORDER BY id DESC LIMIT 1",
    ).all([application]) as { id: number; at: number }[]; // the query's columns
    return newest === undefined || head.id - newest.id >= CHECKPOINT_ENTRIES || head.at - newest.at >= CHECKPOINT_MS;
  };
  const cut = ({ application, before, at }: Extract<AuditWrite, { kind: "cutAudit" }>["row"]): void => {
    const [last] = statement(
      `SELECT id, hash FROM audit WHERE application = ? AND id <
         (SELECT coalesce(min(id), 9007199254740991) FROM audit WHERE application = ? AND at >= ?)
       ORDER BY id DESC LIMIT 1`,
    ).all([application, application, before]) as { id: number; hash: string }[]; // the query's columns
    if (last === undefined) return;
    mark("cut", application, { ...last, at });
    statement("DELETE FROM audit WHERE application = ? AND id <= ?").run([application, last.id]);
  };

  return {
    signWith(given) {
      signer = given;
      known.clear();
    },
    begin: () => moved.clear(),
    write: (write) => (write.kind === "audit" ? append(write) : cut(write.row)),
    seal() {
      for (const [application, head] of moved) {
        mark("head", application, head);
        if (isDue(application, head)) mark("checkpoint", application, head);
      }
    },
    keep() {
      for (const [application, head] of moved) known.set(application, head);
      moved.clear();
    },
  };
}

const MARK_COLUMNS = "id, hash, at, key_id AS keyId, signature";
const HEAD_QUERY = `SELECT ${MARK_COLUMNS} FROM audit_heads WHERE application = ?`;

function readMark(row: unknown, application: string): AuditMarkRow | undefined {
  return row === undefined ? undefined : { application, ...(row as Omit<AuditMarkRow, "application">) }; // the query's columns
}

export function createAuditReads({ statement }: Connection) {
  return {
    auditHead: async (application: string) => readMark(statement(HEAD_QUERY).all([application])[0], application),
    async auditMarks(application: string, kind: "checkpoint" | "cut"): Promise<readonly AuditMarkRow[]> {
      const query = statement(`SELECT ${MARK_COLUMNS} FROM audit_marks WHERE application = ? AND kind = ? ORDER BY id`);
      return query.all([application, kind]).flatMap((row) => readMark(row, application) ?? []);
    },
    async auditChains(): Promise<readonly string[]> {
      const query = statement("SELECT application FROM audit_heads UNION SELECT DISTINCT application FROM audit");
      return (query.all([]) as { application: string }[]).map(({ application }) => application); // the query's column
    },
  };
}
