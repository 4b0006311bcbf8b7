import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCOPES } from "@habitus/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AUDIT_ACTIONS, createService, toCef, verifyFolder } from "../src/index.ts";
import { batchesOf, type Json, joinService, seeded, type TestApplication, typing, until } from "./client.ts";
import { batchOf, typePhrase } from "./phrase-typing.ts";
import { readLog } from "./read-log.ts";
import { askAs, signIn } from "./signed-in.ts";

/** What needs more than requests to come about: the file that drives it and looks for it in the log. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "audit.cut": "../../cli/test/administer.test.ts",
  "audit.headMissing": "audit-tampering.test.ts",
  "background.switched": "../../cli/test/background-switch.test.ts",
  "behaviour.erased": "consent.test.ts",
  "keys.moved": "hsm.test.ts",
  "keys.retired": "keys.test.ts",
  "operator.passkeyAdded": "../../../demo/test/passkeys.test.ts",
  "operator.passkeyRemoved": "../../../demo/test/passkeys.test.ts",
  "profile.closed": "profiles.test.ts",
  "profile.opened": "profiles.test.ts",
  "retention.applied": "retention.test.ts",
  "subjectKey.rotated": "keys.test.ts",
};

let dataDir: string;
let bank: TestApplication;
let exported: Json;

/** Everything that requests can bring about, once. */
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "habitus-actions-"));
  const service = await createService({
    ...{ dataDir, logLevel: "silent", engine: "inline", unsealed: "accept" },
  });
  bank = await joinService(service);
  const { call } = bank;
  const page = await bank.open("alice");
  const path = `/v1/sessions/${page.opened.session}`;
  const random = seeded(2);
  const habits = [...Array<number>(6).fill(90), ...Array<number>(14).fill(190)];
  let at = Date.now() - 900_000;
  let seq = 0;
  for (const holdMs of habits) {
    const events = typing(random, 50, { at, habit: { holdMs, pauseMs: 2 * holdMs }, firstPress: seq * 50 });
    for (const batch of batchesOf(events, { firstSeq: seq })) expect((await page.send(batch)).status).toBe(202);
    seq += 1;
    at = (events.at(-1)?.at ?? at) + 300;
    if (seq === 6)
      await until(async () => (await call("GET", `${path}/assessment`)).body.enrolment.state === "enrolled");
  }
  for (let i = 0; i < 12; i += 1) {
    const visit = await bank.open("bob");
    const events = typePhrase({ at: Date.now() - 20_000, random });
    expect((await visit.send(batchOf(events, 0))).status).toBe(202);
    await call("POST", `/v1/sessions/${visit.opened.session}/outcomes`, { outcome: "ended" });
  }
  await call("PUT", `${path}/context`, { context: "sensitive" });
  await call("PUT", "/v1/policies/own", { role: "shadow", preset: "strict" });
  await call("PUT", "/v1/subjects/alice/accommodation", { widenNats: 1 });
  await call("PUT", "/v1/settings", { eraseWithinHours: 12 });
  const linked = await call("POST", "/v1/subjects/alice/page", {});
  const me = (method: "PUT" | "DELETE", payload?: object) =>
    service.app.inject({
      ...{ method, url: "/v1/me/pause", headers: { authorization: `Bearer ${linked.body.token}` } },
      ...(payload === undefined ? {} : { payload }),
    });
  await me("PUT", { minutes: 5 });
  await me("DELETE");
  exported = (await call("GET", "/v1/subjects/alice/export")).body;
  await call("POST", `${path}/outcomes`, { outcome: "stepUpPassed" });
  await call("POST", `${path}/outcomes`, { outcome: "ended" });
  await call("PUT", "/v1/subjects/alice/consent", { granted: false, textVersion: "1" });
  await call("DELETE", "/v1/subjects/alice");
  const { apiKeys, operators } = await service.administer("bank");
  const { key } = await apiKeys.add({ scopes: [...SCOPES] });
  await apiKeys.revoke((await apiKeys.rotate(key.id, { overlapHours: 1 })).key.id);
  const admin = await signIn(service, { role: "admin" });
  await admin.ask("GET", "/v1/sessions");
  await operators.remove((await operators.add({ name: "leaver", role: "viewer" })).operator);
  await operators.link((await operators.list())[0]?.operator ?? "");
  await admin.ask("POST", "/v1/operator/sign-out");
  await askAs(service, "")("POST", "/v1/operator/link", { body: { token: "a".repeat(43) } });
  await service.keys.rotate();
}, 60_000);
afterAll(async () => {
  await bank.service.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("the log tells of everything in the list, and each entry is of the list", async () => {
  const entries = [...(await readLog(bank.service)), ...(await readLog(bank.service, "service"))];
  const seen = new Set(entries.map(({ action }) => action));
  for (const [action, file] of Object.entries(ELSEWHERE)) {
    const text = readFileSync(new URL(file, import.meta.url), "utf8");
    expect(text, `${action} is looked for in ${file}`).toContain(action);
  }
  const never = Object.keys(AUDIT_ACTIONS).filter((action) => !seen.has(action) && !(action in ELSEWHERE));
  expect(never, "in the list, and nothing brings it about").toEqual([]);
  expect(
    [...seen].filter((action) => !(action in AUDIT_ACTIONS)),
    "not in the list",
  ).toEqual([]);
});

test("the log holds no behaviour and no secret: neither a feature, nor a time of a key, nor a token", async () => {
  const entries = [...(await readLog(bank.service)), ...(await readLog(bank.service, "service"))];
  const text = [...entries.map((entry) => JSON.stringify(entry)), ...entries.map(toCef)].join("\n");
  const features: number[] = exported.featureSets
    .flatMap(({ values }: { values: (number | null)[] }) => values)
    .filter((value: number | null) => value !== null && !Number.isInteger(value));
  expect(features.length).toBeGreaterThan(100);
  for (const value of features) expect(text).not.toContain(String(value).slice(0, 8));
  for (const { detail } of entries)
    for (const value of Object.values(detail)) {
      expect(["string", "number", "boolean", "object"]).toContain(typeof value);
      if (typeof value === "string") expect(value.length, value).toBeLessThan(200);
      if (typeof value === "number") expect(Number.isInteger(value) || Math.abs(value) <= 1, `${value}`).toBe(true);
    }
  for (const secret of [bank.apiKey, bank.apiKey.slice(14)]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/"(down|up|zone|hold|latency)"/);
});

test("a line of the Common Event Format says the same, whatever stands in it", () => {
  const line = toCef({
    ...{
      id: 7,
      at: 1_700_000_000_000,
      action: "policy.saved",
      actor: "operator:a|b\\c=d\ne",
      subject: "x=y",
      session: null,
    },
    ...{ detail: { id: "own", note: "a=b|c" }, hash: "f".repeat(64) },
  });
  expect(line).toBe(
    `CEF:0|Habitus|Habitus|1|policy.saved|a policy was saved|4|rt=1700000000000 externalId=7 suser=operator:a|b\\\\c\\=d\\ne duser=x\\=y cs2Label=hash cs2=${"f".repeat(64)} msg={"id":"own","note":"a\\=b|c"}`,
  );
  expect(line.split("\n")).toHaveLength(1);
});

test("what was written is as it was written", async () => {
  await bank.service.close();
  expect((await verifyFolder(dataDir)).map(({ log, verdict }) => [log, verdict.kind])).toEqual([
    ["bank", "intact"],
    ["service", "intact"],
  ]);
});
