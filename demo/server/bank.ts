import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import { createClient, type HabitusClient } from "@habitus/client";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { addMessage, bookTransfer } from "./accounts.ts";
import { relayTrust } from "./relay-trust.ts";
import { createVisits, type Visit, type Visits } from "./visits.ts";

export interface BankOptions {
  /** Address of the Habitus service as the bank and the browser reach it. */
  readonly habitusUrl: string;
  readonly apiKey: string;
  /** Folder of the built pages. */
  readonly webDir: string;
  readonly host?: string;
  readonly port?: number;
  /** Where an operator may look at sessions; shown on the page. */
  readonly consoleUrl?: string;
  readonly now?: () => number;
}

export interface Bank {
  readonly app: FastifyInstance;
  readonly listen: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const COOKIE = "bank";

/** Returns the demo bank: an ordinary application that asks Habitus about its sessions. The API key never leaves this process. */
export async function createBank(options: BankOptions): Promise<Bank> {
  const { habitusUrl, apiKey, webDir, host = "127.0.0.1", port = 0, now = Date.now } = options;
  const habitus = createClient({ url: habitusUrl, apiKey });
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 16_384 });
  const visits = createVisits(habitus, now);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    strictTransportSecurity: false, // plain HTTP on this machine
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", new URL(habitusUrl).origin],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
  });
  await app.register(fastifyStatic, { root: webDir });
  app.setErrorHandler((error, _, reply) => {
    app.log.error(error);
    return reply.code(502).send({ message: "The bank could not do that just now. Please try again." });
  });
  mountRoutes(app, { habitus, visits, options, now });
  return { app, listen: () => app.listen({ host, port }), close: () => app.close() };
}

interface Deps {
  readonly habitus: HabitusClient;
  readonly visits: Visits;
  readonly options: BankOptions;
  readonly now: () => number;
}

function mountRoutes(app: FastifyInstance, deps: Deps): void {
  const { habitus, visits, now } = deps;
  const visitOf = (request: FastifyRequest): Visit | undefined => visits.find(request.cookies[COOKIE]);
  const signedIn =
    <Body>(handle: (visit: Visit, body: Body, reply: FastifyReply) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const visit = visitOf(request);
      if (visit === undefined || visit.locked) return reply.code(401).send({ message: "Please sign in." });
      return handle(visit, (request.body ?? {}) as Body, reply); // the handler checks what it reads
    };

  app.get("/api/me", async (request) => {
    const visit = visitOf(request);
    return visit === undefined ? { signedIn: false } : describe(visit, deps.options);
  });
  app.post("/api/sign-in", async (request, reply) => {
    const { name } = (request.body ?? {}) as { name?: unknown }; // checked here
    if (typeof name !== "string" || name.trim() === "" || name.length > 60)
      return reply.code(400).send({ message: "Please enter a name of up to 60 letters." });
    const visit = await visits.signIn(name.trim());
    reply.setCookie(COOKIE, visit.id, { path: "/", httpOnly: true, sameSite: "strict" });
    return describe(visit, deps.options);
  });
  app.post("/api/sign-out", async (request, reply) => {
    const visit = visitOf(request);
    if (visit !== undefined) await visits.signOut(visit);
    reply.clearCookie(COOKIE, { path: "/" });
    return { signedIn: false };
  });
  app.post(
    "/api/consent",
    signedIn<{ granted?: unknown }>(async (visit, { granted }) => {
      await visits.answerConsent(visit, granted === true);
      return describe(visit, deps.options);
    }),
  );
  app.delete(
    "/api/me/behaviour",
    signedIn(async (visit) => {
      await visits.erase(visit);
      return describe(visit, deps.options);
    }),
  );
  app.post(
    "/api/transfers",
    signedIn<{ to?: unknown; amount?: unknown; purpose?: unknown }>((visit, body, reply) => {
      const cents = Math.round(Number(body.amount) * 100);
      const order = { to: String(body.to ?? ""), cents, purpose: String(body.purpose ?? "") };
      const refused = bookTransfer(visit.account, order, now());
      return refused === undefined ? visit.account : reply.code(400).send({ message: refused });
    }),
  );
  app.post(
    "/api/messages",
    signedIn<{ text?: unknown }>((visit, { text }, reply) => {
      if (typeof text !== "string" || text.trim() === "")
        return reply.code(400).send({ message: "The message is empty." });
      addMessage(visit.account, text.trim(), now());
      return visit.account;
    }),
  );
  app.get(
    "/api/trust",
    signedIn((visit, _, reply) => relayTrust(habitus, visits, visit, reply)),
  );
  app.post(
    "/api/step-up",
    signedIn<{ code?: unknown }>(async (visit, { code }, reply) => {
      if (visit.habitus === undefined) return reply.code(409).send({ message: "There is nothing to confirm." });
      const passed = visit.code !== undefined && code === visit.code;
      visit.code = undefined;
      await habitus.reportOutcome(visit.habitus.session, { outcome: passed ? "stepUpPassed" : "stepUpFailed" });
      return { passed };
    }),
  );
}

/** What the page may know: never the API key, and the collector's keys only with consent. */
function describe(visit: Visit, { habitusUrl, consoleUrl }: BankOptions) {
  const { account, consent, habitus, locked, subject } = visit;
  return {
    signedIn: !locked,
    locked,
    subject,
    account,
    consent,
    consoleUrl,
    collector:
      habitus === undefined || consent !== "granted"
        ? undefined
        : {
            endpoint: habitusUrl,
            session: habitus.session,
            collectorToken: habitus.collectorToken,
            channelKey: habitus.channelKey,
            nameKey: habitus.nameKey,
          },
  };
}
