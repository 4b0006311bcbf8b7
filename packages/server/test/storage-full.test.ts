import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createService } from "../src/index.ts";
import { batchesOf, joinService, pageOf, seeded, typing } from "./client.ts";

test("a full disk is answered as such, keeps nothing half, and what was acknowledged is there when there is room again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-full-"));
  const config = { dataDir, logLevel: "silent", unsealed: "accept" } as const;
  const small = await createService({ ...config, maxBytes: 500_000 });
  const bank = await joinService(small, "bank", "events");
  const page = await bank.open("alice");
  const batches = batchesOf(typing(seeded(1), 20_000, { at: Date.now() - 560_000, habit: { holdMs: 3, pauseMs: 8 } }), {
    size: 2000,
  });
  let acknowledged = 0;
  let refused = 0;
  while (refused < 4) {
    const batch = batches[acknowledged];
    if (batch === undefined) throw new RangeError("all batches fitted");
    const answer = await page.send(batch);
    if (answer.status === 202) acknowledged += 1;
    else {
      expect(answer).toMatchObject({ status: 507, body: { code: "storage-full" }, headers: { "retry-after": "5" } });
      refused += 1;
    }
    if (refused === 0) continue;
    // Still there, still answering.
    expect((await bank.call("GET", `/v1/sessions/${page.opened.session}/assessment`)).body.seen.events).toBe(
      2000 * acknowledged,
    );
  }
  expect(acknowledged).toBeGreaterThan(2);
  await small.close();
  const roomy = await createService(config);
  const again = await joinService(roomy, "bank", "events");
  const path = `/v1/sessions/${page.opened.session}`;
  expect((await again.call("GET", `${path}/assessment`)).body.seen.events).toBe(2000 * acknowledged);
  const next = batches[acknowledged];
  if (next === undefined) throw new RangeError("all batches fitted");
  expect(await pageOf(roomy, page.opened).send(next)).toMatchObject({
    status: 202,
    body: { nextSeq: acknowledged + 1 },
  });
  await roomy.close();
  await rm(dataDir, { recursive: true });
});

test("a subject, consent or session that does not fit is refused whole", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-full-"));
  const service = await createService({ dataDir, logLevel: "silent", maxBytes: 500_000 });
  const bank = await joinService(service);
  let refused = 0;
  for (let i = 0; i < 2000 && refused < 3; i += 1) {
    const answer = await bank.call("PUT", `/v1/subjects/s${i}/consent`, { granted: true, textVersion: "x".repeat(64) });
    if (answer.status === 200) continue;
    expect(answer).toMatchObject({ status: 507, body: { code: "storage-full" } });
    refused += 1;
    const { status, body } = await bank.call("GET", `/v1/subjects/s${i}`);
    if (status === 200) expect(body.consent.granted).toBe(false);
  }
  expect(refused).toBe(3);
  await service.close();
  await rm(dataDir, { recursive: true });
});
