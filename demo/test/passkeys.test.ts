import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createService, type Service } from "@habitus/server";
import type { OperatorRole } from "@habitus/wire";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../tools/chromium.mjs";
import { expectAccessible } from "./expect-accessible.ts";
import { buildPages } from "./start-demo.ts";

let folder: string;
let service: Service;
let browser: Browser;
let port: string;

/** A person's browser with a device that holds passkeys. */
interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "habitus-passkeys-"));
  await buildPages("../../packages/console", join(folder, "console"));
  service = await createService({
    dataDir: ":memory:",
    port: 0,
    logLevel: "silent",
    failuresAllowed: 1e6,
    staticDirs: [{ prefix: "/console/", dir: join(folder, "console") }],
  });
  port = new URL(await service.listen()).port;
  const { executablePath, args } = await findChromium();
  browser = await chromium.launch({ executablePath, args });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

async function arrive({ host = "localhost" }: { readonly host?: string } = {}): Promise<Person> {
  const context = await browser.newContext({ baseURL: `http://${host}:${port}`, reducedMotion: "reduce" });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, cdp, authenticatorId };
}

/** Lets somebody in and has them register the device that they hold. */
interface Enrolment {
  readonly application?: string;
  readonly role?: OperatorRole;
}
async function enrol(
  person: Person,
  name: string,
  { application = "bank", role = "analyst" }: Enrolment = {},
): Promise<string> {
  const { operators } = await service.administer(application);
  const { token, operator } = await operators.add({ name, role });
  await person.page.goto(`/console/#/enter/${token}`);
  await person.page.getByRole("button", { name: "Register a passkey" }).click();
  await person.page.getByRole("link", { name: `Your account: ${name}` }).waitFor();
  return operator;
}

async function signOut({ page }: Person): Promise<void> {
  await page.goto("/console/#/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
}

async function trySignIn({ page }: Person): Promise<string> {
  await page.goto("/console/");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  return (await page.getByRole("alert").filter({ hasText: /./ }).textContent()) ?? "";
}

/** Sends what a page sends, from outside any browser: an attacker's tools need no browser. */
function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  return service.app.inject({
    method: "POST",
    url: path,
    headers: { host: `localhost:${port}`, origin: `http://localhost:${port}`, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
}

async function openSession(application: string, subject: string): Promise<{ application: string; session: string }> {
  const apiKey = await service.apiKeys.add(application);
  const call = (method: "PUT" | "POST", url: string, payload: object) =>
    service.app.inject({ method, url, headers: { authorization: `Bearer ${apiKey}` }, payload });
  await call("PUT", `/v1/subjects/${subject}/consent`, { granted: true, textVersion: "1" });
  const { session } = (await call("POST", "/v1/sessions", { subject })).json();
  return { application, session };
}

async function newestAudit(application = "bank") {
  const { audit } = await service.administer(application);
  const entries = [];
  for (let after = 0; ; ) {
    const more = await audit.entries({ after });
    const last = more.at(-1);
    if (last === undefined) return entries;
    entries.push(...more);
    after = last.id;
  }
}

describe("an operator", () => {
  test("registers a passkey by a link that works once, signs out, and signs in with it; all of it is in the log", async () => {
    const anna = await arrive();
    const { operators } = await service.administer("bank");
    const { token, operator } = await operators.add({ name: "anna", role: "analyst" });
    const asked: string[] = [];
    anna.page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
    await anna.page.goto(`/console/#/enter/${token}`);
    await anna.page.getByRole("heading", { name: "Welcome, anna" }).waitFor();
    await expectAccessible(anna.page, "sign-in");
    expect(anna.page.url(), "the token is out of the address").not.toContain(token);
    expect(
      asked.filter((line) => line.includes(token)),
      "and in no address that was asked for",
    ).toEqual([]);
    const early = await anna.page.evaluate(async () => (await fetch("/v1/sessions")).status);
    expect(early, "an enrolment link opens nothing but the registration").toBe(403);
    await anna.page.getByRole("button", { name: "Register a passkey" }).click();
    await anna.page.getByRole("link", { name: "Your account: anna" }).waitFor();
    expect((await post("/v1/operator/link", { token })).json()).toMatchObject({ status: 401, code: "link-used" });
    const [cookie] = await anna.context.cookies(`http://localhost:${port}/v1/`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/v1", expires: -1 });
    await signOut(anna);
    const kept = cookie?.value ?? "";
    const over = await service.app.inject({ url: "/v1/operator", headers: { cookie: `habitus-operator=${kept}` } });
    expect(over.statusCode, "a sign-out ends the sign-in at the service").toBe(401);
    await expectAccessible(anna.page, "sign-in");
    await anna.page.keyboard.press("Tab");
    await anna.page.keyboard.press("Enter");
    await anna.page.getByRole("link", { name: "Your account: anna" }).waitFor();
    const told = (await newestAudit()).filter(
      ({ actor, detail }) => actor === "operator:anna" || detail.name === "anna",
    );
    expect(told.map(({ action, detail }) => [action, detail.by].filter(Boolean).join(" by "))).toEqual([
      "operator.added",
      "operator.signedIn by link",
      "operator.passkeyAdded",
      "operator.signedIn by registration",
      "operator.viewed",
      "operator.signedOut",
      "operator.signedIn by passkey",
    ]);
    expect(operator).toMatch(/^op_/);
    await anna.context.close();
  });

  test("is not let in by an answer that was taken before, altered, or made for another page", async () => {
    const ben = await arrive();
    await enrol(ben, "ben");
    await signOut(ben);
    let sent: { response: { id: string; response: Record<string, string> } } | undefined;
    ben.page.on("request", (request) => {
      if (request.url().endsWith("/v1/operator/sign-in")) sent = request.postDataJSON();
    });
    await ben.page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await ben.page.getByRole("link", { name: "Your account: ben" }).waitFor();
    if (sent === undefined) throw new Error("nothing was sent");
    const replayed = await post("/v1/operator/sign-in", sent);
    expect(replayed.json(), "a challenge is taken once").toMatchObject({ status: 401, code: "sign-in-failed" });

    // A fresh challenge of ours, answered by the real passkey, then changed on the way.
    const fresh = async (): Promise<typeof sent> =>
      ben.page.evaluate(async () => {
        const ask = (path: string) => fetch(`/v1/${path}`, { method: "POST" });
        const options = await (await ask("operator/sign-in/options")).json();
        const PublicKey = PublicKeyCredential as unknown as {
          parseRequestOptionsFromJSON: (json: unknown) => PublicKeyCredentialRequestOptions;
        };
        const credential = await navigator.credentials.get({
          publicKey: PublicKey.parseRequestOptionsFromJSON(options),
        });
        return { response: (credential as unknown as { toJSON: () => never }).toJSON() };
      });
    const edit = (text: string, change: (data: Record<string, unknown>) => void): string => {
      const data = JSON.parse(Buffer.from(text, "base64url").toString());
      change(data);
      return Buffer.from(JSON.stringify(data)).toString("base64url");
    };
    const attacks: Record<string, (response: Record<string, string>) => void> = {
      "another origin in the client data": (response) => {
        response.clientDataJSON = edit(response.clientDataJSON ?? "", (data) => {
          data.origin = "https://evil.example";
        });
      },
      "a challenge of nobody's": (response) => {
        response.clientDataJSON = edit(response.clientDataJSON ?? "", (data) => {
          data.challenge = Buffer.alloc(40, 7).toString("base64url");
        });
      },
      "another person's handle": (response) => {
        response.userHandle = Buffer.from("op_somebody").toString("base64url");
      },
      "a flipped bit in the signature": (response) => {
        const bytes = Buffer.from(response.signature ?? "", "base64url");
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        response.signature = bytes.toString("base64url");
      },
      "a flag that the person was verified taken away": (response) => {
        const bytes = Buffer.from(response.authenticatorData ?? "", "base64url");
        bytes[32] = (bytes[32] ?? 0) & ~0x04;
        response.authenticatorData = bytes.toString("base64url");
      },
    };
    for (const [what, attack] of Object.entries(attacks)) {
      const answer = await fresh();
      if (answer === undefined) throw new Error("no answer");
      attack(answer.response.response);
      const refused = await post("/v1/operator/sign-in", answer);
      expect(refused.json(), what).toMatchObject({ status: 401, code: "sign-in-failed" });
      expect(refused.headers["set-cookie"], what).toBeUndefined();
    }
    const good = await fresh();
    expect((await post("/v1/operator/sign-in", good)).statusCode, "unchanged it is taken").toBe(200);
    const elsewhere = await fresh();
    const relayed = await post("/v1/operator/sign-in", elsewhere, { origin: "https://evil.example" });
    expect(relayed.statusCode, "a page elsewhere is not heard").toBe(403);
    const refusals = (await newestAudit()).filter(
      ({ action, actor }) => action === "signIn.refused" && actor === "operator:ben",
    );
    expect(new Set(refusals.map(({ detail }) => detail.reason)).size).toBeGreaterThanOrEqual(4);
    await ben.context.close();
  });

  test("with a copied passkey, whose counter goes back, is refused, and the log says why", async () => {
    const cora = await arrive();
    await enrol(cora, "cora");
    await signOut(cora);
    const device = { authenticatorId: cora.authenticatorId };
    const { credentials } = await cora.cdp.send("WebAuthn.getCredentials", device);
    const [credential] = credentials;
    if (credential === undefined) throw new Error("no passkey was made");
    const count = async (signCount: number): Promise<void> => {
      await cora.cdp.send("WebAuthn.clearCredentials", device);
      await cora.cdp.send("WebAuthn.addCredential", { ...device, credential: { ...credential, signCount } });
    };
    await count(50);
    await cora.page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await cora.page.getByRole("link", { name: "Your account: cora" }).waitFor();
    await signOut(cora);
    await count(10); // the copy knows nothing of the fifty-first
    expect(await trySignIn(cora)).toContain("not accepted");
    const [refused] = (await newestAudit()).filter(
      ({ action, actor }) => action === "signIn.refused" && actor === "operator:cora",
    );
    expect(refused?.detail.reason).toContain("counter went back");
    await cora.context.close();
  });

  test("is an operator of one application: its passkey opens no other's data", async () => {
    const dora = await arrive();
    await enrol(dora, "dora", { application: "shop" });
    const { session } = await openSession("bank", "vera");
    const seen = await dora.page.evaluate(
      async (paths) =>
        Promise.all(
          paths.map(async (path) => ({
            path,
            status: (await fetch(path)).status,
            text: await (await fetch(path)).text(),
          })),
        ),
      ["/v1/sessions", "/v1/subjects/vera", `/v1/sessions/${session}/assessment`],
    );
    expect(seen.map(({ status }) => status)).toEqual([200, 404, 404]);
    expect(seen[0]?.text).toBe('{"sessions":[]}');
    expect((await newestAudit("bank")).filter(({ actor }) => actor === "operator:dora")).toEqual([]);
    await dora.context.close();
  });

  test("who is removed is out at once, passkey and running sign-in alike", async () => {
    const emil = await arrive();
    const operator = await enrol(emil, "emil");
    await (await service.administer("bank")).operators.remove(operator);
    expect(await emil.page.evaluate(async () => (await fetch("/v1/sessions")).status)).toBe(401);
    expect(await trySignIn(emil)).toContain("not accepted");
    await emil.context.close();
  });

  test("adds and removes passkeys of their own; a removed one lets nobody in", async () => {
    const gina = await arrive();
    await enrol(gina, "gina");
    await gina.page.goto("/console/#/account");
    await gina.page.getByRole("button", { name: /^Remove the passkey/ }).click();
    await gina.page.getByText("You have none yet").waitFor();
    await signOut(gina);
    expect(await trySignIn(gina)).toContain("not accepted");
    const own = (await newestAudit()).filter(
      ({ actor, action }) => actor === "operator:gina" && action.includes("passkey"),
    );
    expect(own.map(({ action }) => action)).toEqual(["operator.passkeyAdded", "operator.passkeyRemoved"]);
    await gina.context.close();
  });

  test("who is signed in and opens a link that was used stays signed in", async () => {
    const hugo = await arrive();
    await enrol(hugo, "hugo");
    await hugo.page.goto("about:blank");
    await hugo.page.goto(`/console/#/enter/${"a".repeat(43)}`);
    await hugo.page.getByRole("link", { name: "Your account: hugo" }).waitFor();
    expect(await hugo.page.getByRole("alert").filter({ hasText: /./ }).count()).toBe(0);
    await hugo.context.close();
  });

  test("as a viewer sees the list, asks for nobody's reasons, and is told what is not theirs to see", async () => {
    const { application, session } = await openSession("list-bank", "iris");
    const ida = await arrive();
    const asked: string[] = [];
    ida.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await enrol(ida, "ida", { application, role: "viewer" });
    await ida.page.getByRole("link", { name: "iris" }).waitFor();
    expect(asked.filter((path) => /assessment|subjects/.test(path))).toEqual([]);
    await ida.page.goto(`/console/#/sessions/${session}`);
    await ida.page.getByText("This needs the role `analyst`; yours is `viewer`.").waitFor();
    await ida.context.close();
  });

  test("at an address of numbers is told where passkeys work", async () => {
    const finn = await arrive({ host: "127.0.0.1" });
    expect(await trySignIn(finn)).toContain("http://localhost");
    await finn.context.close();
  });
});
