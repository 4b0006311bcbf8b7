import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@habitus/client";
import { createService, type Service } from "@habitus/server";
import { expect, onTestFinished, test } from "vitest";
import { emptyFolder, runCaptured } from "./support/run-captured.ts";

/** A data folder with a subject, its service stopped. */
async function filledFolder(): Promise<{ data: string; start: () => Promise<Service> }> {
  const data = (await emptyFolder())("data");
  const start = (): Promise<Service> => createService({ dataDir: data, port: 0, logLevel: "silent", engine: "inline" });
  const service = await start();
  const apiKey = await service.apiKeys.add("shop");
  const client = createClient({ url: await service.listen(), apiKey });
  await client.setConsent("ada", { granted: true, textVersion: "1" });
  await client.openSession({ subject: "ada" });
  await service.close();
  return { data, start };
}
const keys = (data: string, ...args: string[]) => runCaptured(["keys", ...args, "--data", data]);

test("keys of a stopped service are shown, rotated and retired, and what was sealed opens after it", async () => {
  const { data, start } = await filledFolder();
  expect((await keys(data, "status", "--json")).json()).toEqual([
    { provider: "file", versions: [{ version: 1, wraps: 2 }], available: true, subjects: 1, rotating: 0, foreign: 0 },
  ]);
  expect(await keys(data, "retire", "1")).toMatchObject({ exitCode: 1, err: expect.stringContaining("rotate first") });
  expect((await keys(data, "rotate")).out).toContain("Version 2 wraps now: 2 keys");
  expect((await keys(data, "status")).out).toMatch(/version 1: wraps 0, may be retired/);
  const before = await readFile(join(data, "key"), "utf8");
  expect((await keys(data, "retire", "1")).out).toContain("Version 1 is destroyed");
  expect(JSON.parse(await readFile(join(data, "key"), "utf8")).keys.length).toBe(JSON.parse(before).keys.length - 1);
  expect((await keys(data, "rotate-subject", "ada", "--application", "shop")).out).toContain("ada has a new data key");
  const eve = await keys(data, "rotate-subject", "eve", "--application", "shop");
  expect(eve).toMatchObject({ exitCode: 1, err: "habitus: There is no such subject.\n" });
  expect(await keys(`${data}-none`, "status")).toMatchObject({ exitCode: 2, err: expect.stringContaining("--data") });
  await expect(stat(`${data}-none`)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await keys(data, "rotate-subject", "ada", "--application", "none")).toMatchObject({ exitCode: 1 });
  const service = await start();
  const client = createClient({ url: await service.listen(), apiKey: await service.apiKeys.add("shop") });
  expect((await client.exportSubject("ada")).sessions.length).toBe(1);
  await service.close();
});

test("keys are rotated while the service runs, through the token that only the folder's owner can read", async () => {
  const { data, start } = await filledFolder();
  const service = await start();
  onTestFinished(() => service.close());
  const url = await service.listen();
  const path = join(data, "host.json");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { token } = JSON.parse(await readFile(path, "utf8"));
  expect(await keys(data, "rotate")).toMatchObject({ exitCode: 0, out: expect.stringContaining("Version 2") });
  expect((await keys(data, "rotate-subject", "ada", "--application", "shop")).out).toContain("ada has a new data key");
  expect((await keys(data, "rotate-subjects", "--json")).json()).toEqual([{ rotated: 1, damaged: 0 }]);
  expect(await keys(data, "retire", "2")).toMatchObject({ exitCode: 1, err: expect.stringContaining("key-in-use") });
  expect((await keys(data, "retire", "1", "--json")).json()).toMatchObject([{ versions: [{ version: 2, wraps: 2 }] }]);
  const ask = (authorization: string) => fetch(`${url}/v1/host/keys`, { headers: { authorization } });
  expect((await ask(`Bearer ${token}`)).status).toBe(200);
  const apiKey = await service.apiKeys.add("shop");
  for (const wrong of ["", "Bearer ", `Bearer ${token}x`, `Bearer ${apiKey}`])
    expect((await ask(wrong)).status).toBe(403);
  expect(apiKey).not.toBe(token);
  await writeFile(path, JSON.stringify({ url: "http://127.0.0.1:1", token }));
  expect(await keys(data, "status")).toMatchObject({ exitCode: 1, err: expect.stringContaining("does not answer") });
  await service.close();
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("keys that are missing or misnamed are told with what to do, and nothing is made in their place", async () => {
  const { data } = await filledFolder();
  await rename(join(data, "key"), join(data, "away"));
  const missing = await keys(data, "status");
  expect(missing).toMatchObject({ exitCode: 1, err: expect.stringContaining("restore the file from its backup") });
  await expect(stat(join(data, "key"))).rejects.toMatchObject({ code: "ENOENT" });
  const env = { HABITUS_KEYS: "pkcs11" };
  expect(await runCaptured(["keys", "status", "--data", data], { env })).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("HABITUS_PKCS11_MODULE"),
  });
});
