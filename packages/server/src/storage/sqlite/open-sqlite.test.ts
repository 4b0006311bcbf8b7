import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeStorage } from "../contract.ts";
import type { Storage, Write } from "../storage.ts";
import { openSqlite } from "./open-sqlite.ts";

describeStorage("SQLite file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "habitus-storage-"));
  const path = join(folder, "habitus.db");
  let storage: Storage = openSqlite(path);
  return {
    storage,
    async reopen() {
      await storage.close();
      storage = openSqlite(path);
      return storage;
    },
    async remove() {
      await storage.close();
      await rm(folder, { recursive: true });
    },
  };
});

describeStorage("SQLite memory", async () => {
  const storage = openSqlite(":memory:");
  return { storage, reopen: undefined, remove: () => storage.close() };
});

describe("a store that is full", () => {
  test("keeps nothing of the commit that did not fit, and takes the next that does", async () => {
    const folder = await mkdtemp(join(tmpdir(), "habitus-storage-"));
    const storage = openSqlite(join(folder, "habitus.db"), { maxBytes: 300_000 });
    const sample = (id: string, size: number): Write => ({
      kind: "addSample",
      row: { application: "app", subject: "a", id, at: 1, extractor: "e@1", sealed: new Uint8Array(size) },
    });
    const entry = (n: number, size: number): Write => ({
      kind: "appendJournal",
      row: { application: "app", session: "s", n, receivedAt: 1, sealed: new Uint8Array(size) },
    });
    try {
      await expect(storage.commit([entry(0, 10), sample("small", 10), sample("big", 400_000)])).rejects.toMatchObject({
        code: "full",
      });
      expect(await storage.countSamples("app", "a", "e@1")).toBe(0);
      expect(await storage.journal("app", "s")).toEqual([]);
      await expect(storage.commit([sample("small", 10), entry(0, 400_000)])).rejects.toMatchObject({ code: "full" });
      expect(await storage.countSamples("app", "a", "e@1")).toBe(0);
      await storage.commit([sample("small", 10), entry(0, 10)]);
      expect(await storage.countSamples("app", "a", "e@1")).toBe(1);
      expect((await storage.journal("app", "s")).length).toBe(1);
    } finally {
      await storage.close();
      await rm(folder, { recursive: true });
    }
  });

  test("says so when another process, or another service of this one, holds the folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "habitus-storage-"));
    const path = join(folder, "habitus.db");
    const storage = openSqlite(path);
    try {
      expect(() => openSqlite(path)).toThrow(expect.objectContaining({ code: "busy" }));
    } finally {
      await storage.close();
      await rm(folder, { recursive: true });
    }
  });
});
