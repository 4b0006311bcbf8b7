import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createService } from "../src/index.ts";
import { batchesOf, joinService, seeded, typing } from "./client.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-rotation-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("while keys are rotated again and again every batch is taken, and what was acknowledged opens after a loss of power", async () => {
  const dataDir = await emptyFolder();
  const start = (folder: string) =>
    createService({
      dataDir: folder,
      logLevel: "silent",
      unsealed: "accept",
      engine: "inline",
      requestsPerMinute: 1e9,
    });
  const service = await start(dataDir);
  const bank = await joinService(service, "bank", "events");
  const names = ["alice", "bob"];
  const pages = await Promise.all(names.map((name) => bank.open(name)));
  const batches = batchesOf(typing(seeded(4), 1500, { at: Date.now() - 500_000, habit: { holdMs: 60, pauseMs: 120 } }));
  let isOver = false;
  const stream = async (): Promise<void> => {
    for (const batch of batches) {
      for (const page of pages) expect(await page.send(batch)).toMatchObject({ status: 202 });
    }
    isOver = true;
  };
  let rotations = 0;
  const rotate = async (): Promise<void> => {
    while (!isOver) {
      for (const subject of names) {
        const answer = await bank.call("POST", `/v1/subjects/${subject}/key-rotation`);
        expect(answer).toMatchObject({ status: 200, body: { damaged: 0 } });
      }
      const { version } = await service.keys.rotate();
      if (version > 2) await service.keys.retire(version - 1);
      rotations += 1;
    }
  };
  await Promise.all([stream(), rotate()]);
  expect(rotations).toBeGreaterThan(2);
  const seenBy = async (folder: string): Promise<number[]> => {
    const again = await start(folder);
    const reader = await joinService(again, "bank", "events");
    const seen = [];
    for (const { opened } of pages)
      seen.push((await reader.call("GET", `/v1/sessions/${opened.session}/assessment`)).body.seen?.events);
    for (const name of names) expect((await reader.call("GET", `/v1/subjects/${name}/export`)).status).toBe(200);
    await again.close();
    return seen;
  };
  const everything = pages.map(() => 50 * batches.length);
  const image = await emptyFolder();
  await cp(dataDir, image, { recursive: true }); // as a loss of power leaves it: nothing was saved at an end
  await service.close();
  expect(await seenBy(image)).toEqual(everything);
  expect(await seenBy(dataDir)).toEqual(everything);
}, 60_000);
