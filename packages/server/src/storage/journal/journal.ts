import type { JournalRow } from "../storage.ts";

/** Where the entries of running sessions wait until a snapshot includes them. */
export interface Journal {
  /** Keeps all rows or none. They are durable once `sync` has resolved. Throws a `StorageError`. */
  readonly append: (rows: readonly JournalRow[]) => void;
  /** Takes back the last `append`. */
  readonly undo: () => void;
  /** Resolves when everything appended before the call survives a loss of power. */
  readonly sync: () => Promise<void>;
  /** Forgets the session's entries up to this one. */
  readonly trim: (application: string, session: string, through: number) => void;
  /** Forgets everything of these sessions, and leaves no byte of it in any file. */
  readonly erase: (sessions: readonly { readonly application: string; readonly session: string }[]) => void;
  /** In the order of `n`, each once. */
  readonly read: (application: string, session: string) => Promise<readonly JournalRow[]>;
  /** Sessions that have entries. */
  readonly pending: () => readonly { readonly application: string; readonly session: string }[];
  readonly close: () => Promise<void>;
}

/** Returns a journal that lasts as long as the process. */
export function createMemoryJournal(): Journal {
  const sessions = new Map<string, JournalRow[]>();
  let last: readonly JournalRow[] = [];
  const keyOf = (application: string, session: string): string => `${application}\n${session}`;
  const keep = (key: string, rows: JournalRow[]): void => {
    if (rows.length === 0) sessions.delete(key);
    else sessions.set(key, rows);
  };
  return {
    append(rows) {
      for (const row of rows) {
        const key = keyOf(row.application, row.session);
        keep(key, [...(sessions.get(key) ?? []), row]);
      }
      last = rows;
    },
    undo() {
      for (const row of last) {
        const key = keyOf(row.application, row.session);
        keep(
          key,
          (sessions.get(key) ?? []).filter((one) => one !== row),
        );
      }
      last = [];
    },
    sync: async () => {},
    trim(application, session, through) {
      const key = keyOf(application, session);
      keep(
        key,
        (sessions.get(key) ?? []).filter(({ n }) => n > through),
      );
    },
    erase(gone) {
      for (const { application, session } of gone) sessions.delete(keyOf(application, session));
    },
    read: async (application, session) => [...(sessions.get(keyOf(application, session)) ?? [])],
    pending: () =>
      [...sessions.values()].flatMap(([row]) =>
        row === undefined ? [] : [{ application: row.application, session: row.session }],
      ),
    close: async () => {},
  };
}
