import type { SignedInOperator } from "@habitus/wire";
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { type Answer, askService, tellService } from "./ask-service.ts";

const LINK = /^#\/enter\/([A-Za-z0-9_-]{20,100})$/;
type RegistrationOptions = Parameters<typeof startRegistration>[0]["optionsJSON"];
type AuthenticationOptions = Parameters<typeof startAuthentication>[0]["optionsJSON"];

/** Who is signed in to this console, and how they come and go. */
class Operator {
  current = $state<SignedInOperator>();
  /** Until the service has said who is signed in. */
  isKnown = $state(false);
  busy = $state(false);
  problem = $state("");

  constructor() {
    // A link opened in a tab that shows the console already loads nothing anew.
    addEventListener("hashchange", () => {
      if (LINK.test(location.hash)) void this.begin();
    });
  }

  /** Uses the one-time link where the address holds one, and asks who is signed in. */
  async begin(): Promise<void> {
    const token = LINK.exec(location.hash)?.[1];
    // Out of the address at once: it is in no history and in no screenshot.
    if (token !== undefined) history.replaceState(undefined, "", location.pathname);
    if (token !== undefined) this.#take(await tellService("operator/link", { method: "POST", body: { token } }));
    const why = this.problem;
    if (token === undefined || why !== "") this.#take(await askService("operator"));
    // Nobody signed in yet is no mistake, and whoever is needs no link.
    this.problem = this.current === undefined ? why : "";
    this.isKnown = true;
  }

  async signIn(): Promise<void> {
    await this.#withPasskey(async () => {
      const options = await tellService<AuthenticationOptions>("operator/sign-in/options", { method: "POST" });
      if (options.kind !== "answer") return options;
      const response = await startAuthentication({ optionsJSON: options.value });
      return tellService("operator/sign-in", { method: "POST", body: { response } });
    });
  }

  async addPasskey(label: string): Promise<void> {
    await this.#withPasskey(async () => {
      const options = await tellService<RegistrationOptions>("operator/passkeys/options", { method: "POST" });
      if (options.kind !== "answer") return options;
      const response = await startRegistration({ optionsJSON: options.value });
      return tellService("operator/passkeys", { method: "POST", body: { label, response } });
    });
  }

  async removePasskey(id: string): Promise<void> {
    const answer = await tellService(`operator/passkeys/${encodeURIComponent(id)}`, { method: "DELETE" });
    if (answer.kind === "failed") this.problem = answer.message;
    else this.#take(await askService("operator"));
  }

  async signOut(): Promise<void> {
    const answer = await tellService("operator/sign-out", { method: "POST" });
    if (answer.kind === "failed") this.problem = answer.message;
    else this.leave();
  }

  /** The service says that the sign-in is over. */
  leave(): void {
    this.current = undefined;
    this.problem = "";
  }

  async #withPasskey(ask: () => Promise<Answer<SignedInOperator>>): Promise<void> {
    this.problem = "";
    if (!browserSupportsWebAuthn()) {
      this.problem = "This browser knows no passkeys here. Open the console over https, or at http://localhost.";
      return;
    }
    this.busy = true;
    try {
      this.#take(await ask());
    } catch (error) {
      this.problem = explain(error);
    } finally {
      this.busy = false;
    }
  }

  #take(answer: Answer<SignedInOperator>): void {
    if (answer.kind === "answer") this.current = answer.value;
    this.problem = answer.kind === "answer" ? "" : answer.message;
  }
}

function explain(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError") return "No passkey was used: it was cancelled, or took too long. Try again.";
  if (name === "InvalidStateError") return "This device has a passkey for you already.";
  return "The passkey could not be used on this device.";
}

export const operator = new Operator();
