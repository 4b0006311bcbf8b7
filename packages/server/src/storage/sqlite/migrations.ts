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
];
