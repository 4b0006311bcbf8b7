import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { baseline } from "@habitus/core";
import { expect, test } from "vitest";
import { createService, verifyAudit } from "../src/index.ts";
import { filesOf, hits } from "./byte-search.ts";
import { batchesOf, joinService, seeded, startApplication, typing, until } from "./client.ts";

const HABIT = { holdMs: 90, pauseMs: 180 };
const KEYS = 10 * baseline.sufficientSamples + 60;

test("no event, feature, reason or reference lies readable in any file, nor in a log; after erasure the data key is gone", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-privacy-"));
  let log = "";
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const service = await createService({ dataDir, logLevel: "trace", logTo, unsealed: "accept" });
  const bank = await joinService(service);
  const page = await bank.open("alice");
  const batches = batchesOf(typing(seeded(4), KEYS, { at: Date.now() - 300_000, habit: HABIT }));
  for (const batch of batches) expect((await page.send(batch)).status).toBe(202);
  await page.sendText('{"v":1,"secret-in-a-batch":true}');
  await until(async () => (await bank.call("GET", "/v1/subjects/alice")).body.enrolment.state === "enrolled");
  const more = typing(seeded(9), 225, { at: Date.now() - 60_000, habit: HABIT, firstPress: KEYS });
  for (const batch of batchesOf(more.slice(0, 400), { firstSeq: batches.length }))
    expect((await page.send(batch)).status).toBe(202);

  await page.send(batchesOf(more.slice(400), { firstSeq: batches.length + 8 })[0] as never);
  expect((await filesOf(dataDir)).some(({ name, bytes }) => name.startsWith("journal-") && bytes.length > 1000)).toBe(
    true,
  );
  const filesBefore = await filesOf(dataDir);
  const exported = (await bank.call("GET", "/v1/subjects/alice/export")).body;
  expect(exported.featureSets.length).toBeGreaterThan(30);
  expect(exported.decisions.length).toBeGreaterThan(0);
  const needles: Buffer[] = [Buffer.from("typingMatches"), Buffer.from('"e":['), Buffer.from("iki_mean")];
  for (const { values } of exported.featureSets.slice(0, 20))
    for (const value of values)
      if (value !== null && !Number.isInteger(value)) needles.push(doubleBytes(value), Buffer.from(String(value)));
  for (const { payload } of exported.references) needles.push(Buffer.from(payload, "base64").subarray(200, 220));
  for (const batch of batches.slice(0, 5)) needles.push(Buffer.from(batch.e.slice(0, 12).join(",")));
  expect(needles.length).toBeGreaterThan(100);
  const search = async (): Promise<string[]> => {
    const files = [...filesBefore, ...(await filesOf(dataDir))];
    expect(files.some(({ bytes }) => bytes.includes("alice"))).toBe(true); // the search finds what is readable
    return hits(files, new Map(needles.map((needle) => [needle.toString(), needle])));
  };
  expect(await search()).toEqual([]);

  const secrets = [bank.apiKey, page.opened.collectorToken, page.opened.channelKey, page.opened.nameKey];
  for (const secret of [
    ...secrets,
    "secret-in-a-batch",
    "typing",
    "llr",
    '"e"',
    "alice",
    batches[0]?.e.slice(0, 8).join(",") ?? "",
  ])
    expect(log).not.toContain(secret);
  expect(log.split("\n").length).toBeGreaterThan(3);
  for (const file of await filesOf(dataDir))
    for (const secret of secrets) expect(file.bytes.includes(secret)).toBe(false);

  const wrapped = await wrappedKeys(dataDir);
  expect(wrapped.length).toBe(1);
  expect((await bank.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  expect((await bank.call("GET", "/v1/subjects/alice")).status).toBe(404);
  expect((await page.send(batches[0] as never)).status).toBeGreaterThanOrEqual(400);
  await service.close();
  expect(await readdir(dataDir)).not.toContain("habitus.db-wal");
  for (const { bytes, name } of await filesOf(dataDir))
    for (const key of wrapped) expect(bytes.includes(key), name).toBe(false);
  await rm(dataDir, { recursive: true });
});

/** Reads the wrapped keys through a copy, as the running service holds the files. */
async function wrappedKeys(dataDir: string): Promise<Buffer[]> {
  const copy = await mkdtemp(join(tmpdir(), "habitus-copy-"));
  const { cp } = await import("node:fs/promises");
  await cp(dataDir, copy, { recursive: true });
  const { connect } = await import("../src/storage/sqlite/connection.ts");
  const connection = connect(join(copy, "habitus.db"));
  const rows = connection.driver.prepare("SELECT wrapped_key FROM subject_keys").all([]) as {
    wrapped_key: Uint8Array;
  }[]; // the query's only column
  connection.driver.close();
  await rm(copy, { recursive: true });
  return rows.map(({ wrapped_key }) => Buffer.from(wrapped_key));
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

test("the data folder and the key are for their owner alone", async () => {
  const parent = await mkdtemp(join(tmpdir(), "habitus-privacy-"));
  const dataDir = join(parent, "data");
  const service = await createService({ dataDir, logLevel: "silent" });
  expect((await stat(dataDir)).mode & 0o077).toBe(0);
  expect((await stat(join(dataDir, "key"))).mode & 0o777).toBe(0o600);
  await service.close();
  await rm(parent, { recursive: true });
});

test("without its key file, or with another's, nothing opens and nothing is lost", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-privacy-"));
  const service = await createService({ dataDir, logLevel: "silent" });
  await (await joinService(service)).open("alice");
  await service.close();
  const { rename } = await import("node:fs/promises");
  await rename(join(dataDir, "key"), join(dataDir, "key-away"));
  const start = () => createService({ dataDir, logLevel: "silent" });
  await expect(start()).rejects.toMatchObject({ name: "KeyError", code: "missingKey" });
  expect(await readdir(dataDir)).not.toContain("key");
  const elsewhere = await mkdtemp(join(tmpdir(), "habitus-privacy-"));
  await (await createService({ dataDir: elsewhere, logLevel: "silent" })).close();
  await rename(join(elsewhere, "key"), join(dataDir, "key"));
  await expect(start()).rejects.toMatchObject({ name: "KeyError", code: "wrongKey" });
  await rm(elsewhere, { recursive: true });
  await rename(join(dataDir, "key-away"), join(dataDir, "key"));
  const again = await createService({ dataDir, logLevel: "silent" });
  expect((await (await joinService(again)).call("GET", "/v1/subjects/alice")).status).toBe(200);
  await again.close();
  await rm(dataDir, { recursive: true });
});

test("applications see nothing of each other, though they name their subjects alike", async () => {
  const bank = await startApplication();
  const shop = await joinService(bank.service, "shop");
  const page = await bank.open("alice");
  const other = await shop.open("alice");
  expect(page.opened.nameKey).not.toBe(other.opened.nameKey);
  const [batch] = batchesOf(typing(seeded(4), 25, { at: Date.now() - 10_000, habit: HABIT }));
  if (batch === undefined) throw new RangeError("no batch");
  expect((await page.send(batch)).status).toBe(202);
  const path = `/v1/sessions/${page.opened.session}`;
  for (const [method, url, body] of [
    ["GET", `${path}/assessment`, undefined],
    ["GET", `${path}/events`, undefined],
    ["POST", `${path}/outcomes`, { outcome: "ended" }],
  ] as const)
    expect(await shop.call(method, url, body)).toMatchObject({ status: 404, body: { code: "unknown-session" } });
  expect(
    (await shop.call("GET", "/v1/sessions")).body.sessions.map(({ session }: { session: string }) => session),
  ).toEqual([other.opened.session]);
  expect(
    (await shop.call("GET", "/v1/audit")).body.entries.every(
      ({ session }: { session: string | null }) => session !== page.opened.session,
    ),
  ).toBe(true);
  expect((await shop.call("DELETE", "/v1/subjects/alice")).status).toBe(204);
  expect((await bank.call("GET", "/v1/subjects/alice")).status).toBe(200);
  expect((await bank.call("GET", `${path}/assessment`)).body.seen.events).toBe(50);
  for (const application of [bank, shop])
    expect(verifyAudit((await application.call("GET", "/v1/audit")).body.entries).kind).toBe("intact");
  await bank.service.close();
});

test("nothing is kept before there is consent, and a withdrawal stops at once and drops what was pending", async () => {
  const bank = await startApplication();
  const { body: opened } = await bank.call("POST", "/v1/sessions", { subject: "eve" });
  expect(opened.consent).toBe(false);
  const page = await bank.open("alice");
  const path = `/v1/sessions/${page.opened.session}/assessment`;
  const batches = batchesOf(typing(seeded(4), 70, { at: Date.now() - 60_000, habit: HABIT }));
  await page.send(batches[0] as never);
  expect((await bank.call("GET", path)).body.seen.pendingKeystrokes).toBeGreaterThan(0);
  const status = await bank.call("PUT", "/v1/subjects/alice/consent", {
    granted: false,
    textVersion: "1",
    actor: "subject",
  });
  expect(status.body.consent).toMatchObject({ granted: false });
  const after = (await bank.call("GET", path)).body;
  expect(after).toMatchObject({ decision: "noDecision", reasons: [{ code: "consentWithdrawn" }], trust: null });
  expect(after.seen.pendingKeystrokes).toBe(0);
  expect(after.usage.pauses.count).toBe(0);
  expect(await page.send(batches[1] as never)).toMatchObject({ status: 403, body: { code: "no-consent" } });
  expect((await bank.call("POST", "/v1/subjects/alice/enrolment")).body.code).toBe("no-consent");
  const actions = (await bank.call("GET", "/v1/audit")).body.entries.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(["apiKey.made", "session.opened", "consent.granted", "session.opened", "consent.withdrawn"]);
  await bank.service.close();
});
