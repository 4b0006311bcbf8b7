import { expect } from "vitest";
import { bytes, plain } from "./contract-policies.ts";
import { SEALED_AS, type SealedTable } from "./key-rows.ts";
import type { Storage, Write } from "./storage.ts";

type WithStore = (law: string, work: (storage: Storage) => Promise<void>) => void;

const addSubject = (subject: string, application = "app"): Write => ({
  kind: "addSubject",
  row: { application, subject, since: 1, wrappedKey: bytes(`key of ${subject}`) },
});
const addSample = (id: string, subject = "alice", application = "app"): Write => ({
  kind: "addSample",
  row: { application, subject, id, at: 1, extractor: "e@1", sealed: bytes(`${subject}'s ${id}`) },
});

/** The laws of the rows that hold keys, and of what is sealed under them. */
export function describeKeyRows(withStore: WithStore): void {
  withStore("keeps one wrapped key of the service by each name", async (storage) => {
    expect(await storage.serviceKey("root")).toBeUndefined();
    for (const text of ["one", "two"])
      await storage.commit([{ kind: "putServiceKey", row: { name: "root", wrappedKey: bytes(text) } }]);
    expect(Buffer.from((await storage.serviceKey("root")) ?? []).toString()).toBe("two");
    expect(await storage.serviceKey("other")).toBeUndefined();
  });

  withStore("walks the wrapped keys of all applications, each once, in lots", async (storage) => {
    await storage.commit([addSubject("b"), addSubject("a", "z"), addSubject("c"), addSubject("a")]);
    const seen: string[] = [];
    for (let after: { application: string; subject: string } | undefined; ; ) {
      const rows = await storage.wrappedKeys(after, 2);
      seen.push(...rows.map(({ application, subject }) => `${application}/${subject}`));
      after = rows.at(-1);
      if (rows.length < 2) break;
    }
    expect(seen).toEqual(["app/a", "app/b", "app/c", "z/a"]);
  });

  withStore("replaces a wrapped key only where it is still the one that was read", async (storage) => {
    await storage.commit([addSubject("alice"), addSubject("bob")]);
    const replace = (before: string, after: string, subject = "alice"): Write => ({
      kind: "replaceWrappedKey",
      row: { application: "app", subject, before: bytes(before), wrappedKey: bytes(after) },
    });
    await storage.commit([
      replace("key of alice", "second"),
      replace("key of alice", "third"),
      replace("x", "y", "bob"),
    ]);
    const keys = (await storage.wrappedKeys(undefined, 9)).map(plain);
    expect(keys).toMatchObject([{ wrappedKey: "second" }, { wrappedKey: "key of bob" }]);
  });

  withStore(
    "walks what is sealed of one subject and replaces it only where it is still what was read",
    async (storage) => {
      await storage.commit([
        ...["s1", "s2", "s3"].map((id) => addSample(id)),
        addSample("s4", "bob"),
        addSample("s1", "alice", "other"),
      ]);
      const of = { application: "app", subject: "alice", table: "samples" as const };
      const walk = async (): Promise<unknown[]> => {
        const first = await storage.sealedRows({ ...of, after: "", limit: 2 });
        return [...first, ...(await storage.sealedRows({ ...of, after: first.at(-1)?.row ?? "", limit: 2 }))].map(
          plain,
        );
      };
      const rows = ["s1", "s2", "s3"].map((row) => ({ row, sealed: `alice's ${row}` }));
      expect(await walk()).toEqual(rows);
      const reseal = (row: string, before: string, sealed: string): Write => ({
        kind: "reseal",
        row: { ...of, row, before: bytes(before), sealed: bytes(sealed) },
      });
      await storage.commit([
        reseal("s1", "alice's s1", "anew"),
        reseal("s2", "something else", "never"),
        reseal("s9", "", "no"),
      ]);
      expect(await walk()).toEqual([{ row: "s1", sealed: "anew" }, ...rows.slice(1)]);
      for (const table of Object.keys(SEALED_AS) as SealedTable[]) // its own keys
        if (table !== "samples") expect(await storage.sealedRows({ ...of, table, after: "", limit: 9 })).toEqual([]);
    },
  );
}
