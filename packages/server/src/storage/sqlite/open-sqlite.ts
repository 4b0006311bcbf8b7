import type { Storage } from "../storage.ts";
import { type ConnectionOptions, connect } from "./connection.ts";
import { createReads } from "./read.ts";
import { createWriter } from "./write.ts";

/** Opens a store in the file, or in memory for `:memory:`. */
export function openSqlite(path: string, options: ConnectionOptions = {}): Storage {
  const connection = connect(path, options);
  const { driver, transaction } = connection;
  const write = createWriter(connection);
  return {
    ...createReads(connection),
    async commit(writes) {
      if (writes.length === 0) return;
      const erases = writes.some(({ kind }) => kind === "eraseSubject");
      if (erases) driver.exec("PRAGMA secure_delete = ON");
      transaction(() => {
        for (const one of writes) write(one);
      });
      if (!erases) return;
      // Deleted bytes are overwritten with zeros, and the log that still holds them is emptied.
      driver.exec("PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE);");
    },
    async ping() {
      driver.prepare("SELECT 1").all([]);
    },
    async close() {
      driver.close();
    },
  };
}
