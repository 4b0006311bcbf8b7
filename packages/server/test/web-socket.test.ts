import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { startScripted } from "./scripted.ts";

async function start() {
  const scripted = await startScripted({ config: { port: 0 } });
  const { service, apiKey } = scripted.bank;
  onTestFinished(() => service.close());
  const url = (await service.listen()).replace("http", "ws");
  const connect = (path: string, authorization = `Bearer ${apiKey}`) => {
    const messages: { decision: string; trust: number | null; state: string }[] = [];
    const socket = new WebSocket(`${url}${path}/events`, { headers: { authorization } });
    socket.on("message", (data) => void messages.push(JSON.parse(String(data))));
    return { messages, socket, opened: once(socket, "open") };
  };
  return { ...scripted, connect };
}

test("the assessment comes over a WebSocket, and again with every change, until the reader leaves", async () => {
  const { sit, look, bank, connect } = await start();
  const alice = await sit("alice");
  const { messages, socket, opened } = connect(alice.path);
  await opened;
  await expect.poll(() => messages.length).toBe(1);
  expect(messages[0]).toMatchObject({ decision: "noDecision", trust: null });
  await look(alice, [0.9, 0.3]);
  await expect.poll(() => messages.at(-1)?.decision).toBe("stepUp");
  expect(messages.map(({ trust }) => trust)).toEqual([null, 0.9, 0.3]);
  await bank.call("POST", `${alice.path}/outcomes`, { outcome: "ended" });
  await expect.poll(() => messages.at(-1)?.state).toBe("ended");
  socket.close();
  await once(socket, "close");
});

test("what may not be read is refused before the connection is upgraded", async () => {
  const { sit, connect } = await start();
  const { path } = await sit("alice");
  await expect(connect(path, "Bearer wrong").opened).rejects.toThrow("401");
  await expect(connect("/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA").opened).rejects.toThrow("404");
});

test("what a reader sends is not read: the connection is closed", async () => {
  const { sit, connect } = await start();
  const { path } = await sit("alice");
  const { socket, opened } = connect(path);
  await opened;
  socket.send("hello");
  const [code] = await once(socket, "close");
  expect(code).toBe(1008);
});

test("a key that is ended sees no more of what it watched, over a WebSocket or as events", async () => {
  const { sit, look, bank, connect } = await start();
  const alice = await sit("alice");
  const { apiKeys } = await bank.service.administer("bank");
  const { apiKey, key } = await apiKeys.add({});
  const { messages, socket, opened } = connect(alice.path, `Bearer ${apiKey}`);
  await opened;
  await expect.poll(() => messages.length).toBe(1);
  const headers = { authorization: `Bearer ${apiKey}` };
  const stream = await fetch(`${bank.service.url}${alice.path}/events`, { headers });
  const closed = once(socket, "close");
  await apiKeys.revoke(key.id);
  await look(alice, [0.9]);
  expect((await closed)[0]).toBe(1008);
  expect(messages).toHaveLength(1);
  const text = await stream.text(); // it ends
  expect(text.match(/^event: assessment$/gm)).toHaveLength(1);
});

test("a service that closes closes its sockets", async () => {
  const { sit, connect, bank } = await start();
  const { path } = await sit("alice");
  const { socket, opened } = connect(path);
  await opened;
  const closed = once(socket, "close");
  await bank.service.close();
  await closed;
});
