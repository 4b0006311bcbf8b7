import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { askTrust, createClient, HabitusError } from "./index.ts";

/** A real HTTP server that answers as told; the service itself is tested with this client in its own package. */
const closers: (() => void)[] = [];
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
}
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

test("each request carries the key and reaches the documented address", async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.method === "DELETE") response.writeHead(204).end();
    else json(response, 200, { sessions: [], entries: [] });
  });
  const client = createClient({ url: `${url}/`, apiKey: "k" });
  await client.openSession({ subject: "ada" });
  await client.assessment("s/1");
  await client.reportOutcome("s", { outcome: "stepUpPassed" });
  await client.setConsent("ada", { granted: true, textVersion: "1" });
  await client.eraseSubject("ada");
  await client.audit({ after: 7 });
  expect(seen).toEqual([
    "POST /v1/sessions Bearer k",
    "GET /v1/sessions/s%2F1/assessment Bearer k",
    "POST /v1/sessions/s/outcomes Bearer k",
    "PUT /v1/subjects/ada/consent Bearer k",
    "DELETE /v1/subjects/ada Bearer k",
    "GET /v1/audit?after=7 Bearer k",
  ]);
});

test("a problem becomes an error with its code and request id", async () => {
  const url = await serve((_, response) =>
    json(response, 404, {
      type: "about:blank",
      title: "No.",
      status: 404,
      code: "unknown-session",
      detail: "",
      requestId: "r1",
    }),
  );
  const error = await createClient({ url, apiKey: "k" })
    .assessment("x")
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HabitusError);
  expect(error).toMatchObject({ code: "unknown-session", status: 404, requestId: "r1" });
});

test("an answer that is no problem document is unexpected, not a guess", async () => {
  const url = await serve((_, response) => response.writeHead(502).end("<html>"));
  await expect(createClient({ url, apiKey: "k" }).listSessions()).rejects.toMatchObject({
    code: "unexpected",
    status: 502,
  });
});

test("a service that is down or silent is unreachable", async () => {
  const silent = await serve(() => undefined);
  await expect(createClient({ url: "http://127.0.0.1:9", apiKey: "k" }).listSessions()).rejects.toMatchObject({
    code: "unreachable",
  });
  await expect(createClient({ url: silent, apiKey: "k", timeoutMs: 50 }).listSessions()).rejects.toMatchObject({
    code: "unreachable",
  });
});

test("watching goes on after the connection was lost, and ends with its signal", async () => {
  let connections = 0;
  const url = await serve((_, response) => {
    connections += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`: hello\n\nevent: assessment\ndata: {"trust":0.${connections}}\n\nevent: other\ndata: 1\n\n`);
    if (connections < 3) response.end();
  });
  const stop = new AbortController();
  const trust: unknown[] = [];
  for await (const assessment of createClient({ url, apiKey: "k" }).watch("s", { signal: stop.signal })) {
    trust.push(assessment.trust);
    if (trust.length === 3) stop.abort();
  }
  expect(trust).toEqual([0.1, 0.2, 0.3]);
});

test("watching a session that is refused throws instead of trying for ever", async () => {
  const url = await serve((_, response) => json(response, 401, { code: "invalid-api-key", title: "", detail: "" }));
  await expect(createClient({ url, apiKey: "k" }).watch("s").next()).rejects.toMatchObject({ code: "invalid-api-key" });
});

test("trust is unknown, never granted, when Habitus is down", async () => {
  const client = createClient({ url: "http://127.0.0.1:9", apiKey: "k" });
  expect(await askTrust({ client, session: () => "s" }, {})).toEqual({ kind: "unknown", reason: "unavailable" });
  expect(await askTrust({ client, session: () => undefined }, {})).toEqual({ kind: "unknown", reason: "noSession" });
});

test("a wrong key is a mistake to be told, not an outage to sit out", async () => {
  const url = await serve((_, response) => json(response, 401, { code: "invalid-api-key", title: "", detail: "" }));
  const client = createClient({ url, apiKey: "k" });
  await expect(askTrust({ client, session: () => "s" }, {})).rejects.toMatchObject({ code: "invalid-api-key" });
});
