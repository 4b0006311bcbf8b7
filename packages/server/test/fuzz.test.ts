import type { WireBatch } from "@habitus/wire";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchesOf, seeded, startApplication, type TestApplication, type TestPage, typing } from "./client.ts";

let bank: TestApplication;
let page: TestPage;
let batches: WireBatch[];
let sent = 0;
beforeAll(async () => {
  bank = await startApplication({ sessionMs: 3_600_000, tier: "events" });
  page = await bank.open("alice");
  batches = batchesOf(typing(seeded(5), 3000, { at: Date.now() - 550_000, habit: { holdMs: 90, pauseMs: 180 } }), {
    size: 4,
  });
});
afterAll(() => bank.service.close());

/** Whatever was answered, it was no failure of ours, and the right batch is taken after it. */
async function expectUnharmed(status: number): Promise<void> {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  const next = batches[sent];
  if (next === undefined) throw new RangeError("not enough batches for so many runs");
  expect(await page.send(next)).toMatchObject({ status: 202, body: { accepted: 4, nextSeq: sent + 1 } });
  sent += 1;
}

const integerish = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, -(2 ** 53)),
  fc.double({ noNaN: true }),
);
const anyBatch = fc.record(
  {
    v: fc.oneof(fc.constant(1), integerish, fc.string()),
    // Never the stream in use with its own next number: that would be no bad batch.
    stream: fc.oneof(
      fc.integer({ min: 2, max: 2 ** 32 }),
      integerish.filter((n) => n !== 1),
      fc.jsonValue(),
    ),
    seq: fc.oneof(fc.constantFrom(0, 1), integerish, fc.jsonValue()),
    t: fc.oneof(fc.constant(Date.now() * 10), integerish, fc.jsonValue()),
    q: fc.oneof(fc.constant(100), integerish, fc.jsonValue()),
    lost: fc.oneof(fc.constant(0), integerish, fc.jsonValue()),
    e: fc.oneof(fc.array(fc.oneof(fc.integer({ min: -2, max: 300 }), integerish), { maxLength: 60 }), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

test("a signed batch of any content is no failure of the service, and harms no session", async () => {
  await fc.assert(
    fc.asyncProperty(anyBatch, async (batch) => {
      await expectUnharmed((await page.sendText(JSON.stringify(batch))).status);
    }),
    { numRuns: 300 },
  );
});

test("neither is any signed text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string({ unit: "binary" }), fc.string()), async (text) => {
      await expectUnharmed((await page.sendText(text)).status);
    }),
    { numRuns: 200 },
  );
});

test("nor a batch with one number changed, unsigned headers of any kind, or any beacon", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), integerish, fc.boolean(), async (at, number, isBeacon) => {
      const right = batches[sent] as WireBatch; // checked by the law itself
      const e = [...right.e];
      e[at % e.length] = number;
      const json = JSON.stringify({ ...right, stream: 1 + (at % 3), e });
      const answer = isBeacon
        ? await page.sendText(json, { headers: { "content-type": "text/plain" } })
        : await page.send({ ...right, e, stream: 7 + (at % 9) });
      await expectUnharmed(answer.status);
    }),
    { numRuns: 200 },
  );
});
