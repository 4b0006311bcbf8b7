import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Assessment } from "@habitus/wire";
import { describe, expect, test } from "vitest";
import {
  askTrust,
  HabitusError,
  type HabitusErrorCode,
  type RequireTrustOptions,
  requireTrust,
  requireTrustHook,
} from "../index.ts";

type Said = Pick<Assessment, "decision" | "state"> | HabitusErrorCode;
/** A client that has one answer; how a real one gets it is tested beside it. */
const clientThat = (said: Said) => ({
  assessment: async () => {
    if (typeof said === "string") throw new HabitusError(said, "no");
    return said as Assessment; // the middleware reads these two fields
  },
});

const CASES: readonly (readonly [string, Said, string])[] = [
  ["continue", { decision: "continue", state: "open" }, "200 through"],
  ["observe", { decision: "observe", state: "open" }, "200 through"],
  ["no decision", { decision: "noDecision", state: "open" }, "200 through"],
  ["a step-up", { decision: "stepUp", state: "open" }, "401 stepUp"],
  ["a lock", { decision: "lock", state: "open" }, "403 lock"],
  ["a session that has ended", { decision: "continue", state: "ended" }, "403 lock"],
  ["no answer", "unreachable", "503 unavailable"],
  ["an overloaded service", "rate-limited", "503 unavailable"],
  ["a wrong key", "invalid-api-key", "500 invalid-api-key"],
];

async function express(said: Said, session: string | undefined, lenient: boolean): Promise<string> {
  const answer = (status: number, text: string) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status).end(text) && undefined;
  const middleware = requireTrust<IncomingMessage, ServerResponse>({
    client: clientThat(said),
    session: () => session,
    on: {
      stepUp: answer(401, "stepUp"),
      lock: answer(403, "lock"),
      unavailable: lenient ? () => "pass" : answer(503, "unavailable"),
    },
  });
  const server = createServer((request, response) =>
    middleware(request, response, (error) => {
      if (error === undefined) response.end("through");
      else response.writeHead(500).end(error instanceof HabitusError ? error.code : "?");
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // listening on TCP
  const text = `${response.status} ${await response.text()}`;
  server.closeAllConnections();
  server.close();
  return text;
}

async function fastify(said: Said, session: string | undefined, lenient: boolean): Promise<string> {
  const { fastify: createApp } = await import("fastify");
  const app = createApp();
  type Reply = { code: (status: number) => { send: (body: string) => unknown } };
  const answer =
    (status: number, text: string): RequireTrustOptions<unknown, Reply>["on"]["lock"] =>
    (_, reply) => {
      reply.code(status).send(text);
    };
  const preHandler = requireTrustHook<unknown, Reply>({
    client: clientThat(said),
    session: () => session,
    on: {
      stepUp: answer(401, "stepUp"),
      lock: answer(403, "lock"),
      unavailable: lenient ? () => "pass" : answer(503, "unavailable"),
    },
  });
  app.get("/", { preHandler }, async () => "through");
  const response = await app.inject("/");
  await app.close();
  const body: unknown = response.statusCode === 500 ? response.json().code : response.body;
  return `${response.statusCode} ${body}`;
}

describe.each([
  ["express", express],
  ["fastify", fastify],
])("%s", (_, ask) => {
  test.each(CASES)("%s: %j is answered %s", async (_, said, expected) => {
    expect(await ask(said, "s", false)).toBe(expected);
  });

  test("who has no Habitus session is judged by the application's own rules", async () => {
    expect(await ask({ decision: "continue", state: "open" }, undefined, false)).toBe("503 unavailable");
    expect(await ask("unreachable", undefined, true)).toBe("200 through");
  });

  test("the application may let requests through while Habitus is down, and only the application", async () => {
    expect(await ask("unreachable", "s", true)).toBe("200 through");
  });
});

describe("a context", () => {
  const asked: string[] = [];
  const client = (said: Said) => ({
    assessment: async () => {
      asked.push("assessment");
      return { decision: "continue", state: "ended" } as Assessment; // the middleware reads these two fields
    },
    setContext: async (_: string, { context }: { readonly context: string }) => {
      asked.push(context);
      if (typeof said === "string") throw new HabitusError(said, "no");
      return said as Assessment; // the middleware reads these two fields
    },
  });

  test("is told to the service, whose answer counts", async () => {
    asked.length = 0;
    const verdict = await askTrust(client({ decision: "stepUp", state: "open" }), "s", "sensitive");
    expect(verdict.kind).toBe("stepUp");
    expect(asked).toEqual(["sensitive"]);
    expect((await askTrust(client("unreachable"), "s", "sensitive")).kind).toBe("unavailable");
  });

  test("of a session that has ended does not hide that it has", async () => {
    expect((await askTrust(client("session-closed"), "s", "admin")).kind).toBe("lock");
  });

  test("needs a client that can tell it", async () => {
    await expect(askTrust(clientThat("unreachable"), "s", "admin")).rejects.toThrow(/setContext/);
  });
});
