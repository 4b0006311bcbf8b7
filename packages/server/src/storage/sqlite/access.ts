import { type AccessReads, type AccessWrite, type ApiKeyRow, type CredentialRow, StorageError } from "../storage.ts";
import { createAuditReads } from "./audit.ts";
import type { Connection } from "./connection.ts";
import type { SqlValue } from "./driver.ts";

type TableWrite = Exclude<AccessWrite, { kind: "cutAudit" }>;

const KEY =
  "application, id, hash, prefix, label, scopes, created_at AS createdAt, expires_at AS expiresAt, used_on AS usedOn";
const OPERATOR = "application, operator, name, role, created_at AS createdAt";
const CREDENTIAL =
  "application, operator, credential, rp_id AS rpId, public_key AS publicKey, counter, transports, label, created_at AS createdAt, used_at AS usedAt";
const SESSION =
  "application, operator, hash, kind, created_at AS createdAt, seen_at AS seenAt, expires_at AS expiresAt";
const LINK = "application, operator, hash, kind, expires_at AS expiresAt";

export function createAccessReads(connection: Connection): AccessReads {
  const { statement } = connection;
  // Each query names just the columns of its row type.
  const rows = <Row>(text: string, values: readonly SqlValue[]): readonly Row[] =>
    statement(text).all(values) as readonly Row[];
  const toKey = (row: ApiKeyRow): ApiKeyRow => ({ ...row, scopes: parseList(row.scopes) as ApiKeyRow["scopes"] }); // kept as it was checked
  const toCredential = (row: CredentialRow): CredentialRow => ({ ...row, transports: parseList(row.transports) });
  return {
    ...createAuditReads(connection),
    apiKey: async (hash) => rows<ApiKeyRow>(`SELECT ${KEY} FROM api_keys WHERE hash = ?`, [hash]).map(toKey)[0],
    apiKeys: async (application) =>
      rows<ApiKeyRow>(`SELECT ${KEY} FROM api_keys WHERE application = ? ORDER BY created_at, id`, [application]).map(
        toKey,
      ),
    operators: async (application) =>
      rows(`SELECT ${OPERATOR} FROM operators WHERE application = ? ORDER BY name`, [application]),
    operator: async (operator) => rows<never>(`SELECT ${OPERATOR} FROM operators WHERE operator = ?`, [operator])[0],
    credentials: async (operator) =>
      rows<CredentialRow>(`SELECT ${CREDENTIAL} FROM credentials WHERE operator = ? ORDER BY created_at, credential`, [
        operator,
      ]).map(toCredential),
    credential: async (credential) =>
      rows<CredentialRow>(`SELECT ${CREDENTIAL} FROM credentials WHERE credential = ?`, [credential]).map(
        toCredential,
      )[0],
    operatorSession: async (hash) => rows<never>(`SELECT ${SESSION} FROM operator_sessions WHERE hash = ?`, [hash])[0],
    operatorLink: async (hash) => rows<never>(`SELECT ${LINK} FROM operator_links WHERE hash = ?`, [hash])[0],
  };
}

function parseList(stored: unknown): readonly string[] {
  return JSON.parse(String(stored)) as string[]; // we wrote it
}

/** Applies the write inside the running transaction. */
export function writeAccess({ statement }: Connection, write: TableWrite) {
  const run = (text: string, ...values: readonly SqlValue[]): void => statement(text).run(values);
  switch (write.kind) {
    case "addApiKey": {
      const { application, id, hash, prefix, label, scopes, createdAt, expiresAt, usedOn } = write.row;
      return run(
        "INSERT INTO api_keys (application, id, hash, prefix, label, scopes, created_at, expires_at, used_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ...[application, id, hash, prefix, label, JSON.stringify(scopes), createdAt, expiresAt, usedOn],
      );
    }
    case "expireApiKey": {
      const { application, id, expiresAt } = write.row;
      return run("UPDATE api_keys SET expires_at = ? WHERE application = ? AND id = ?", expiresAt, application, id);
    }
    case "dropApiKey":
      return run("DELETE FROM api_keys WHERE application = ? AND id = ?", write.row.application, write.row.id);
    case "touchApiKey":
      return run("UPDATE api_keys SET used_on = ? WHERE hash = ?", write.row.usedOn, write.row.hash);
    case "putOperator": {
      const { application, operator, name, role, createdAt } = write.row;
      return run(
        `INSERT INTO operators (application, operator, name, role, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (operator) DO UPDATE SET name = excluded.name, role = excluded.role`,
        ...[application, operator, name, role, createdAt],
      );
    }
    case "dropOperator": {
      const { application, operator } = write.row;
      for (const table of ["operator_sessions", "operator_links", "credentials", "operators"])
        run(`DELETE FROM ${table} WHERE application = ? AND operator = ?`, application, operator);
      return;
    }
    case "addCredential": {
      const { application, operator, credential, rpId, publicKey, counter, transports, label, createdAt, usedAt } =
        write.row;
      return run(
        "INSERT INTO credentials (application, operator, credential, rp_id, public_key, counter, transports, label, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ...[application, operator, credential, rpId, publicKey, counter, JSON.stringify(transports), label],
        ...[createdAt, usedAt],
      );
    }
    case "useCredential": {
      const { credential, counter, usedAt } = write.row;
      return run("UPDATE credentials SET counter = ?, used_at = ? WHERE credential = ?", counter, usedAt, credential);
    }
    case "dropCredential": {
      const { operator, credential } = write.row;
      return run("DELETE FROM credentials WHERE operator = ? AND credential = ?", operator, credential);
    }
    case "addOperatorSession": {
      const { application, operator, hash, kind, createdAt, seenAt, expiresAt } = write.row;
      return run(
        "INSERT INTO operator_sessions (application, operator, hash, kind, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ...[application, operator, hash, kind, createdAt, seenAt, expiresAt],
      );
    }
    case "touchOperatorSession":
      return run("UPDATE operator_sessions SET seen_at = ? WHERE hash = ?", write.row.seenAt, write.row.hash);
    case "dropOperatorSession":
      return run("DELETE FROM operator_sessions WHERE hash = ?", write.row.hash);
    case "dropExpiredSignIns":
      run("DELETE FROM operator_sessions WHERE expires_at <= ?", write.row.before);
      return run("DELETE FROM operator_links WHERE expires_at <= ?", write.row.before);
    case "putOperatorLink": {
      const { application, operator, hash, kind, expiresAt } = write.row;
      run("DELETE FROM operator_links WHERE operator = ?", operator);
      return run(
        "INSERT INTO operator_links (application, operator, hash, kind, expires_at) VALUES (?, ?, ?, ?, ?)",
        ...[application, operator, hash, kind, expiresAt],
      );
    }
    case "takeOperatorLink":
      if (statement("SELECT 1 FROM operator_links WHERE hash = ?").all([write.row.hash]).length === 0)
        throw new StorageError("conflict", "The link was used already.");
      return run("DELETE FROM operator_links WHERE hash = ?", write.row.hash);
  }
}
