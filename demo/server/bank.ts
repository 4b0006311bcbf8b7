import fastifyCookie from "@fastify/cookie";
import fastifyStatic from "@fastify/static";
import { createClient } from "@habitus/client";
import type { OpenSessionResponse } from "@habitus/wire";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import helmet from "helmet";
import { addMessage, bookTransfer } from "./accounts.ts";
import { relayTrust } from "./relay-trust.ts";
import { createVisits, PASSPHRASE, type Visit, type Visits } from "./visits.ts";

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
/** Above this a transfer is sensitive: Habitus looks closer and asks sooner. */
const SENSITIVE_ABOVE_CENTS = 50_000;

/** Returns the demo bank: an ordinary application that asks Habitus about its sessions. The API key never leaves this process. */
export async function createBank(options: BankOptions): Promise<Bank> {
  const { habitusUrl, apiKey, webDir, host = "127.0.0.1", port = 0, now = Date.now } = options;
  const habitus = createClient({ url: habitusUrl, apiKey });
  const app = fastify({ forceCloseConnections: true, bodyLimit: 16_384 });
  const visits = createVisits(habitus, now);
  await app.register(fastifyCookie);
  secure(app, new URL(habitusUrl).origin);
  await app.register(fastifyStatic, { root: webDir });
  app.setErrorHandler((error: FastifyError, _, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500)
      return reply.code(error.statusCode).send({ message: "The bank did not understand that." });
    return reply.code(502).send({ message: "The bank could not do that just now. Please try again." });
  });
  app.addHook("preClose", async () => visits.close());
  mountRoutes(app, { visits, options, now });
  return { app, listen: () => app.listen({ host, port }), close: () => app.close() };
}

/** Nothing but the bank's own files, and batches to Habitus; no inline script or style. */
function secure(app: FastifyInstance, habitusOrigin: string): void {
  const setHeaders = helmet({
    strictTransportSecurity: false, // plain HTTP on this machine
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", habitusOrigin],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
      },
    },
  });
  app.addHook("onRequest", (request, reply, done) => {
    setHeaders(request.raw, reply.raw, (error) => done(error instanceof Error ? error : undefined));
  });
}

interface Deps {
  readonly visits: Visits;
  readonly options: BankOptions;
  readonly now: () => number;
}

function mountRoutes(app: FastifyInstance, deps: Deps): void {
  const { visits, now } = deps;
  const visitOf = (request: FastifyRequest): Visit | undefined => visits.find(request.cookies[COOKIE]);
  const signedIn =
    <Body>(handle: (visit: Visit, body: Body, reply: FastifyReply) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const visit = visitOf(request);
      if (visit === undefined || visit.locked || visit.phraseDue)
        return reply.code(401).send({ message: "Please sign in." });
      return handle(visit, (request.body ?? {}) as Body, reply); // the handler checks what it reads
    };

  app.get("/api/me", async (request) => {
    const visit = visitOf(request);
    if (visit === undefined) return { signedIn: false };
    await visits.refresh(visit);
    return describe(visit, deps.options);
  });
  app.post("/api/sign-in", async (request, reply) => {
    const { name } = (request.body ?? {}) as { name?: unknown }; // checked here
    if (typeof name !== "string" || name.trim() === "" || name.length > 60)
      return reply.code(400).send({ message: "Please enter a name of up to 60 letters." });
    const visit = await visits.signIn(name.trim());
    reply.setCookie(COOKIE, visit.id, { path: "/", httpOnly: true, sameSite: "strict" });
    return describe(visit, deps.options);
  });
  app.post("/api/sign-in/words", async (request, reply) => {
    const visit = visitOf(request);
    const { words } = (request.body ?? {}) as { words?: unknown }; // checked here
    if (visit === undefined) return reply.code(401).send({ message: "Please sign in." });
    if (typeof words === "string" && (await visits.sayWords(visit, words))) return describe(visit, deps.options);
    return reply.code(400).send({ message: "Those are not the words. Please type them again." });
  });
  app.post("/api/sign-out", async (request, reply) => {
    const visit = visitOf(request);
    if (visit !== undefined) await visits.signOut(visit);
    reply.clearCookie(COOKIE, { path: "/" });
    return { signedIn: false };
  });
  app.post(
    "/api/consent",
    signedIn<{ granted?: unknown; tier?: unknown }>(async (visit, { granted, tier }) => {
      await visits.answerConsent(visit, granted === true, tier === "device" ? "device" : "features");
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
  app.post("/api/habitus-page", async (request, reply) => {
    const visit = visitOf(request);
    if (visit === undefined || visit.locked || visit.phraseDue)
      return reply.code(401).send({ message: "Please sign in." });
    // Who may be somebody else first proves who they are.
    if (visit.code !== undefined) return reply.code(403).send({ message: "Please confirm that it is you first." });
    const url = await visits.linkToPage(visit, `${request.protocol}://${request.host}/`);
    return url === undefined ? reply.code(404).send({ message: "Habitus knows nothing about you." }) : { url };
  });
  app.post(
    "/api/transfers",
    signedIn<{ to?: unknown; amount?: unknown; purpose?: unknown }>(async (visit, body, reply) => {
      if (visit.code !== undefined) return reply.code(403).send({ message: "Please confirm that it is you first." });
      const cents = Math.round(Number(String(body.amount).replace(",", ".")) * 100);
      const order = { to: String(body.to ?? ""), cents, purpose: String(body.purpose ?? "") };
      const isLarge = cents > SENSITIVE_ABOVE_CENTS;
      if (isLarge && !(await visits.mayGoOn(visit, "sensitive")))
        return reply
          .code(403)
          .send({ message: "This is a larger sum. Please confirm that it is you, then send it again." });
      const refused = bookTransfer(visit.account, order, now());
      if (isLarge) await visits.mayGoOn(visit, "routine");
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
  app.post(
    "/api/stand-in",
    signedIn<{ wanted?: unknown }>(async (visit, { wanted }) => {
      await visits.standIn(visit, wanted === true);
      return describe(visit, deps.options);
    }),
  );
  app.get(
    "/api/trust",
    signedIn((visit, _, reply) => relayTrust(visit, reply)),
  );
  app.post(
    "/api/step-up",
    signedIn<{ code?: unknown }>((visit, { code }) => visits.answerStepUp(visit, String(code))),
  );
}

/** What the page may know: never the API key, and the collector's keys only where there is consent. */
function describe(visit: Visit, { habitusUrl, consoleUrl }: BankOptions) {
  const { account, consent, open, locked, standIn, pausedUntil, phraseDue } = visit;
  return {
    signedIn: !locked && !phraseDue,
    locked,
    phraseDue,
    passphrase: PASSPHRASE,
    account,
    consent,
    standIn,
    pausedUntil,
    consoleUrl,
    collector: open && { endpoint: habitusUrl, ...collectorKeys(open.keys) },
  };
}

/** What the collector needs of what the service gave the bank. */
function collectorKeys({ session, collectorToken, channelKey, nameKey, sealKey, tier, reader }: OpenSessionResponse) {
  return { session, collectorToken, channelKey, nameKey, sealKey, tier, reader };
}
