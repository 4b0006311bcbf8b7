import { expect, test } from "vitest";
import { SESSION } from "./serve.ts";
import { visit } from "./visit.ts";

const here = visit();

/** Keys typed into a field that may be observed: two events each. */
async function type(text: string): Promise<void> {
  await here.page.focus("[name=recipient]");
  await here.page.keyboard.type(text);
}

function keysTaken(): number {
  return here.service.events.filter(({ kind }) => kind === "key").length;
}

test("a batch carries the session's token and a MAC over its exact text, and numbers count from 0", async () => {
  await here.start();
  for (const text of ["a", "b", "c"]) {
    await type(text);
    await here.flush();
  }
  const { received } = here.service;
  expect(received.map(({ isSigned }) => isSigned)).toEqual([true, true, true]);
  expect(received.map(({ batch }) => batch.seq)).toEqual([0, 1, 2]);
  expect(new Set(received.map(({ batch }) => batch.stream)).size).toBe(1);
  for (const { body } of received) expect(body).not.toContain(SESSION);
});

test("batches leave by themselves while events come", async () => {
  await here.start({ flushIntervalMs: 100 });
  await type("abc");
  await expect.poll(keysTaken).toBe(6);
  const status = await here.status();
  expect(status).toMatchObject({ state: "capturing", lost: 0, held: 0, problem: undefined });
  expect(status.acknowledged).toBe(here.service.events.length);
});

test("many events leave before their time", async () => {
  await here.start({ flushIntervalMs: 60_000 });
  await here.page.focus("[name=recipient]");
  for (let i = 0; i < 110; i += 1) await here.page.keyboard.press("KeyA");
  await expect.poll(() => here.service.events.length).toBeGreaterThanOrEqual(190);
});

test("a batch whose answer was lost is sent again word for word, and counts once", async () => {
  await here.start();
  here.service.answer = (_batch, attempt) => (attempt <= 2 ? { kind: "lostAnswer" } : undefined);
  await type("abc");
  expect(await here.flush()).toMatchObject({ problem: "unreachable", acknowledged: 0 });
  await expect.poll(async () => (await here.flush()).held).toBe(0);
  const { received } = here.service;
  expect(received.length).toBe(3);
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(keysTaken()).toBe(6);
  expect((await here.status()).acknowledged).toBe(here.service.events.length);
});

test("while the service is away nothing is lost, and nothing comes twice or out of order", async () => {
  await here.start({ flushIntervalMs: 50 });
  here.service.answer = () => ({ kind: "noService" });
  for (const text of ["abc", "def", "ghi"]) {
    await type(text);
    await here.flush();
  }
  expect(await here.status()).toMatchObject({ acknowledged: 0, lost: 0, problem: "unreachable" });
  here.service.answer = () => undefined;
  await expect.poll(async () => (await here.flush()).held).toBe(0);
  expect(keysTaken()).toBe(18);
  const presses = here.service.events.flatMap((event) => (event.kind === "key" ? [event.press] : []));
  expect(presses).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]);
});

test("it tries again by itself, and not before the service says", async () => {
  await here.start({ flushIntervalMs: 50 });
  const at: number[] = [];
  here.service.answer = (_batch, attempt) => {
    at.push(performance.now());
    if (attempt > 1) return undefined;
    return { kind: "problem", status: 503, code: "unavailable", headers: { "retry-after": "2" } };
  };
  await type("a");
  await expect.poll(keysTaken, { timeout: 10_000 }).toBe(2);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1_990);
});

test.each([
  [401, "expired-token"],
  [401, "wrong-mac"],
  [403, "no-consent"],
  [404, "unknown-session"],
  [410, undefined],
  [409, "session-closed"],
])("after %i %s it ends capture, says why, and sends nothing more", async (status, code) => {
  await here.start({ flushIntervalMs: 50 });
  here.service.answer = () => ({ kind: "problem", status, ...(code && { code }) });
  await type("abc");
  await expect.poll(async () => (await here.status()).state).toBe("refused");
  const { lost, held, problem } = await here.status();
  expect(problem).toBe(code ?? "unavailable");
  expect(held).toBe(0);
  expect(lost).toBeGreaterThan(0);
  const attempts = here.service.received.length;
  await type("def");
  expect((await here.flush()).lost).toBe(lost);
  await here.page.goto("about:blank");
  expect(here.service.received.length).toBe(attempts);
});

test("a batch that can never be taken is dropped and counted, and the next one takes its number", async () => {
  await here.start();
  here.service.answer = (_batch, attempt) =>
    attempt === 1 ? { kind: "problem", status: 422, code: "time-travel" } : undefined;
  await type("abc");
  const dropped = await here.flush();
  expect(dropped).toMatchObject({ held: 0, acknowledged: 0, problem: "time-travel", state: "capturing" });
  expect(dropped.lost).toBe(dropped.sent);
  await type("d");
  expect(await here.flush()).toMatchObject({ held: 0, lost: dropped.lost, problem: undefined });
  const { batch } = here.service.received.at(-1) ?? {};
  expect(batch).toMatchObject({ seq: 0, lost: dropped.lost });
});

test("a service that has forgotten batches is told the rest under the numbers it waits for", async () => {
  await here.start();
  await type("a");
  await here.flush();
  here.service.reset();
  await type("bc");
  await expect.poll(async () => (await here.flush()).held).toBe(0);
  expect(here.service.received.map(({ batch }) => batch.seq)).toEqual([1, 0]);
  expect(keysTaken()).toBe(4);
});

test("a stream that the service has closed goes on as a new one", async () => {
  await here.start();
  await type("a");
  await here.flush();
  const { stream } = here.service.received[0]?.batch ?? {};
  here.service.answer = (batch) =>
    batch.stream === stream ? { kind: "problem", status: 409, code: "sequence-conflict" } : undefined;
  await type("bc");
  await expect.poll(async () => (await here.flush()).held).toBe(0);
  expect(here.service.received.at(-1)?.batch).toMatchObject({ seq: 0 });
  expect(keysTaken()).toBe(6);
});

test("a full memory loses what comes, counts it, and tells the service", async () => {
  await here.start({ bufferLimit: 10, flushIntervalMs: 60_000 });
  await type("abcdefghij");
  const { held, lost } = await here.status();
  expect(held).toBe(10);
  expect(lost).toBeGreaterThanOrEqual(13); // viewport, page, focus and 20 key events came
  expect(await here.flush()).toMatchObject({ held: 0, acknowledged: 10, lost });
  expect(here.service.received.at(-1)?.batch.lost).toBe(lost);
  await type("k");
  expect(await here.flush()).toMatchObject({ held: 0, acknowledged: 12, lost });
});

test("what waits for the service counts against the memory too", async () => {
  await here.start({ bufferLimit: 10, flushIntervalMs: 20 });
  here.service.answer = () => ({ kind: "noService" });
  for (let i = 0; i < 5; i += 1) {
    await type("abc");
    await here.flush();
    expect((await here.status()).held).toBeLessThanOrEqual(10);
  }
  expect((await here.status()).lost).toBeGreaterThan(10);
});

test.each([
  ["is left", async () => void (await here.page.goto("about:blank"))],
  ["is closed", () => here.page.close()],
])("a page that %s sends what it holds by beacon", async (_, leave) => {
  await here.start({ flushIntervalMs: 60_000 });
  await type("abc");
  await leave();
  await expect.poll(keysTaken).toBe(6);
  const [beacon, ...others] = here.service.received;
  expect(others).toEqual([]);
  expect(beacon).toMatchObject({ isBeacon: true, isSigned: true });
  expect(here.service.events.at(-1)).toMatchObject({ kind: "visibility", state: "hidden" });
});

test("a page that was left and comes back sends the same batch again, and it counts once", async () => {
  await here.start({ flushIntervalMs: 60_000 });
  await type("abc");
  const { origin } = here.service;
  await here.page.goto(`${origin}/elsewhere`);
  await expect.poll(keysTaken).toBe(6);
  await here.page.goBack({ waitUntil: "commit" });
  await expect.poll(async () => (await here.status()).held, { timeout: 10_000 }).toBeLessThanOrEqual(1); // that it is visible
  const [beacon, again] = here.service.received;
  expect([beacon?.isBeacon, again?.isBeacon]).toEqual([true, false]);
  expect(beacon?.body.split("\n")[2]).toBe(again?.body);
  expect(keysTaken()).toBe(6);
  await here.flush();
  expect(here.service.events.slice(-2)).toMatchObject([{ state: "hidden" }, { state: "visible" }]);
  expect(await here.status()).toMatchObject({ acknowledged: here.service.events.length, lost: 0 });
});

test("stop sends what is left, and ends for good", async () => {
  await here.start({ flushIntervalMs: 60_000 });
  await type("abc");
  const status = await here.page.evaluate(() => window.collector.stop());
  expect(status).toMatchObject({ state: "stopped", held: 0, lost: 0, acknowledged: here.service.events.length });
  expect(keysTaken()).toBe(6);
  await type("def");
  await here.flush();
  expect(keysTaken()).toBe(6);
});

test("stop without a service gives up and counts the loss", async () => {
  await here.start({ flushIntervalMs: 60_000 });
  here.service.answer = () => ({ kind: "noService" });
  await type("abc");
  const status = await here.page.evaluate(() => window.collector.stop());
  expect(status).toMatchObject({ state: "stopped", held: 0, acknowledged: 0, problem: "unreachable" });
  expect(status.lost).toBe(status.sent);
});

test("onStatus hears of each change, and of the last one", async () => {
  await here.start({ flushIntervalMs: 50 });
  await type("abc");
  await expect.poll(async () => (await here.status()).held).toBe(0);
  await here.page.evaluate(() => window.collector.withdraw());
  const told = await here.page.evaluate(() => window.told);
  expect(told[0]).toMatchObject({ state: "capturing", acknowledged: 0 });
  expect(told.some(({ acknowledged }) => acknowledged > 0)).toBe(true);
  expect(told.at(-1)).toEqual(await here.status());
});
