import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createService } from "../src/index.ts";
import { readRecord } from "../src/storage/journal/record.ts";
import { batchesOf, joinService, seeded, typing } from "./client.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-journal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("an altered entry of the journal is told of its session alone; what others were acknowledged is there", async () => {
  const dataDir = await emptyFolder();
  const start = (folder: string) => createService({ dataDir: folder, logLevel: "silent", unsealed: "accept" });
  const service = await start(dataDir);
  const bank = await joinService(service, "bank", "events");
  const [alice, bob] = [await bank.open("alice"), await bank.open("bob")];
  const batches = batchesOf(typing(seeded(4), 25, { at: Date.now() - 60_000, habit: { holdMs: 90, pauseMs: 180 } }), {
    size: 10,
  });
  for (const batch of batches) for (const page of [alice, bob]) expect((await page.send(batch)).status).toBe(202);
  // As a loss of power would leave it.
  const copy = await emptyFolder();
  await cp(dataDir, copy, { recursive: true });
  await service.close();

  const name = (await readdir(copy)).find((one) => one.startsWith("journal-")) ?? "";
  const bytes = await readFile(join(copy, name));
  const first = readRecord(bytes, 0);
  expect(first?.row.session).toBe(alice.opened.session);
  const at = (first?.end ?? 0) - 5;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(join(copy, name), bytes);

  const again = await start(copy);
  const reader = await joinService(again, "bank", "events");
  const assessment = (session: string) => reader.call("GET", `/v1/sessions/${session}/assessment`);
  expect(await assessment(alice.opened.session)).toMatchObject({ status: 500, body: { code: "data-damaged" } });
  expect((await assessment(bob.opened.session)).body.seen.events).toBe(10 * batches.length);
  expect((await reader.call("GET", "/v1/subjects/alice")).status).toBe(200); // the subject's other data stands
  expect((await reader.call("POST", "/v1/sessions", { subject: "alice" })).status).toBe(201);
  expect((await reader.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  await again.close();
});
