/** Applied in order, each once; `PRAGMA user_version` counts them. Append, never change. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE applications (
    application TEXT PRIMARY KEY, name TEXT NOT NULL, origins TEXT NOT NULL, created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE api_keys (
    hash BLOB PRIMARY KEY, application TEXT NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE subjects (
    application TEXT NOT NULL, subject TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE TABLE subject_keys (
    application TEXT NOT NULL, subject TEXT NOT NULL, wrapped_key BLOB NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE TABLE consents (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, subject TEXT NOT NULL, granted INTEGER NOT NULL,
    text_version TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL
  );
  CREATE INDEX consents_of_subject ON consents (application, subject);
  CREATE TABLE sessions (
    application TEXT NOT NULL, session TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
    opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_event_at INTEGER, decision TEXT NOT NULL,
    band TEXT NOT NULL, trust REAL, keystrokes INTEGER NOT NULL, pointer_events INTEGER NOT NULL,
    sealed_context BLOB NOT NULL, PRIMARY KEY (application, session)
  ) WITHOUT ROWID;
  CREATE INDEX sessions_newest ON sessions (application, opened_at);
  CREATE INDEX sessions_of_subject ON sessions (application, subject, opened_at);
  CREATE INDEX sessions_running ON sessions (expires_at) WHERE state <> 'ended';
  CREATE TABLE snapshots (
    application TEXT NOT NULL, session TEXT NOT NULL, through INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (application, session)
  );
  CREATE TABLE samples (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, extractor TEXT NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX samples_of_subject ON samples (application, subject, at);
  CREATE TABLE "references" (
    application TEXT NOT NULL, subject TEXT NOT NULL, version INTEGER NOT NULL, system TEXT NOT NULL,
    samples INTEGER NOT NULL, enrolled_at INTEGER NOT NULL, active INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (application, subject, version)
  );
  CREATE TABLE decisions (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    decision TEXT NOT NULL, sealed_reasons BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX decisions_of_subject ON decisions (application, subject, at);
  CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    outcome TEXT NOT NULL, actor TEXT NOT NULL
  );
  CREATE INDEX outcomes_of_session ON outcomes (application, session);
  CREATE TABLE audit (
    application TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL,
    subject TEXT, session TEXT, detail TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE policies (
    application TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, role TEXT NOT NULL, at INTEGER NOT NULL,
    actor TEXT NOT NULL, targets TEXT NOT NULL, PRIMARY KEY (application, id, version)
  ) WITHOUT ROWID;
  CREATE TABLE policy_roles (
    application TEXT NOT NULL, role TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (application, role)
  ) WITHOUT ROWID;
  CREATE TABLE trust_traces (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX trust_traces_newest ON trust_traces (application, at);
  CREATE INDEX trust_traces_of_subject ON trust_traces (application, subject, at);
  CREATE TABLE score_histories (
    application TEXT NOT NULL, subject TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE TABLE accommodations (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
    sealed BLOB NOT NULL
  );
  CREATE INDEX accommodations_of_subject ON accommodations (application, subject);
  ALTER TABLE outcomes ADD COLUMN subject TEXT;
  ALTER TABLE outcomes ADD COLUMN decision TEXT;
  ALTER TABLE outcomes ADD COLUMN since INTEGER;
  CREATE INDEX outcomes_newest ON outcomes (application, at);
  `,
  `
  CREATE TABLE phrases (
    application TEXT NOT NULL, subject TEXT NOT NULL, field INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (application, subject, field)
  ) WITHOUT ROWID;
  `,
  // Consents say what for and how much; a withdrawal promises an erasure; applications have settings.
  `
  ALTER TABLE consents ADD COLUMN purpose TEXT NOT NULL DEFAULT 'authentication';
  ALTER TABLE consents ADD COLUMN tier TEXT NOT NULL DEFAULT 'features';
  CREATE TABLE settings (
    application TEXT PRIMARY KEY, settings TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE pauses (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER,
    actor TEXT NOT NULL
  );
  CREATE INDEX pauses_of_subject ON pauses (application, subject);
  CREATE TABLE erasures (
    application TEXT NOT NULL, subject TEXT NOT NULL, due_at INTEGER NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE INDEX erasures_due ON erasures (due_at);
  INSERT INTO erasures (application, subject, due_at)
    SELECT application, subject, at + 86400000 FROM consents
    WHERE granted = 0 AND id IN (SELECT max(id) FROM consents GROUP BY application, subject);
  ALTER TABLE phrases ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
  UPDATE phrases SET at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
  ALTER TABLE subjects ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
  UPDATE subjects SET seen_at = max(since, coalesce((SELECT max(s.opened_at) FROM sessions s
    WHERE s.application = subjects.application AND s.subject = subjects.subject), 0));
  CREATE INDEX subjects_unseen ON subjects (application, seen_at);
  CREATE INDEX samples_oldest ON samples (application, at);
  CREATE INDEX decisions_oldest ON decisions (application, at);
  `,
  // The service's own root secret, wrapped as the subjects' keys are.
  `
  CREATE TABLE service_keys (name TEXT PRIMARY KEY, wrapped_key BLOB NOT NULL) WITHOUT ROWID;
  `,
  // API keys have scopes and an end; operators sign in by passkeys; the audit log is signed and cannot be changed.
  `
  DELETE FROM api_keys WHERE role = 'operator';
  ALTER TABLE api_keys DROP COLUMN role;
  ALTER TABLE api_keys ADD COLUMN id TEXT NOT NULL DEFAULT '';
  UPDATE api_keys SET id = 'key_' || lower(hex(randomblob(8)));
  ALTER TABLE api_keys ADD COLUMN prefix TEXT NOT NULL DEFAULT 'habitus_';
  ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT '["sessions","subjects","policies","audit","settings"]';
  ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
  ALTER TABLE api_keys ADD COLUMN used_on TEXT;
  CREATE UNIQUE INDEX api_keys_of_application ON api_keys (application, id);
  CREATE TABLE operators (
    operator TEXT PRIMARY KEY, application TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL,
    UNIQUE (application, name)
  ) WITHOUT ROWID;
  CREATE TABLE credentials (
    credential TEXT PRIMARY KEY, application TEXT NOT NULL, operator TEXT NOT NULL, rp_id TEXT NOT NULL,
    public_key BLOB NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL, label TEXT NOT NULL,
    created_at INTEGER NOT NULL, used_at INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX credentials_of_operator ON credentials (operator);
  CREATE TABLE operator_sessions (
    hash BLOB PRIMARY KEY, application TEXT NOT NULL, operator TEXT NOT NULL, kind TEXT NOT NULL,
    created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX operator_sessions_of_operator ON operator_sessions (operator);
  CREATE TABLE operator_links (
    hash BLOB PRIMARY KEY, application TEXT NOT NULL, operator TEXT NOT NULL, kind TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE audit_heads (
    application TEXT PRIMARY KEY, id INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, key_id TEXT NOT NULL,
    signature BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE audit_marks (
    application TEXT NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
    key_id TEXT NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (application, kind, id)
  ) WITHOUT ROWID;
  CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
  CREATE TRIGGER audit_is_only_cut_at_a_mark BEFORE DELETE ON audit WHEN NOT EXISTS (
      SELECT 1 FROM audit_marks WHERE application = OLD.application AND kind = 'cut' AND id >= OLD.id)
    BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;
  CREATE TRIGGER audit_is_only_appended_to BEFORE INSERT ON audit WHEN NEW.id <=
      (SELECT coalesce(max(id), 0) FROM audit WHERE application = NEW.application)
    BEGIN SELECT RAISE(ABORT, 'audit entries are only appended'); END;
  CREATE TRIGGER audit_marks_are_never_changed BEFORE UPDATE ON audit_marks
    BEGIN SELECT RAISE(ABORT, 'audit marks are never changed'); END;
  CREATE TRIGGER audit_marks_are_never_deleted BEFORE DELETE ON audit_marks
    BEGIN SELECT RAISE(ABORT, 'audit marks are never deleted'); END;
  `,
  // What was derived from references is kept beside them: older ones are deleted in time.
  `
  ALTER TABLE subjects ADD COLUMN enrolled_at INTEGER;
  UPDATE subjects SET enrolled_at = (SELECT min(r.enrolled_at) FROM "references" r
    WHERE r.application = subjects.application AND r.subject = subjects.subject);
  CREATE INDEX audit_of_subject ON audit (application, subject);
  `,
  // Events of those who agreed to give them.
  `
  CREATE TABLE kept_events (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX kept_events_of_subject ON kept_events (application, subject, at);
  `,
];
