import type { Me, MeAccommodationRequest, MeConsentRequest, PageRenewal, SubjectExport } from "@habitus/wire";
import { askMe, type Question } from "./ask-me.ts";

const KEPT = "habitus-page";
const RENEW_EVERY_MS = 4 * 60_000;

/** Everything the page shows, and what can be done on it. One object, because there is one page. */
class Page {
  me = $state<Me>();
  state = $state<"loading" | "open" | "over" | "erased">("loading");
  problem = $state("");
  /** What was just done, for whoever does not see the page change. */
  done = $state("");
  busy = $state(false);
  returnTo = $state<string>();
  application = $state("the application");

  #token: string | undefined;
  #isUsed = false;

  async open(): Promise<void> {
    this.#token = takeToken();
    if (this.#token === undefined) {
      this.state = "over";
      return;
    }
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => (this.#isUsed = true));
    setInterval(() => void this.#renew(), RENEW_EVERY_MS);
    await this.#change({ method: "GET", path: "" }, "");
  }

  giveConsent(request: MeConsentRequest): Promise<boolean> {
    const done = request.granted ? "Your agreement was recorded." : "Your withdrawal was recorded.";
    return this.#change({ method: "PUT", path: "/consent", body: request }, done);
  }

  pause(minutes: number | null): Promise<boolean> {
    return this.#change({ method: "PUT", path: "/pause", body: { minutes } }, "Paused. Nothing is looked at now.");
  }

  resume(): Promise<boolean> {
    return this.#change({ method: "DELETE", path: "/pause" }, "It goes on from now.");
  }

  accommodate(request: MeAccommodationRequest): Promise<boolean> {
    return this.#change({ method: "PUT", path: "/accommodation", body: request }, "Your choices were saved.");
  }

  /** Fetches everything and hands it to the browser as a file. */
  async download(): Promise<void> {
    const exported = await this.#ask<SubjectExport>({ method: "GET", path: "/export" });
    if (exported === undefined) return;
    const url = URL.createObjectURL(new Blob([JSON.stringify(exported, null, 2)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `habitus-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    URL.revokeObjectURL(url);
    this.done = "Your data was downloaded as a file.";
    await this.#change({ method: "GET", path: "" }, this.done);
  }

  async erase(): Promise<void> {
    if ((await this.#ask({ method: "POST", path: "/erasure", body: { confirm: "erase" } })) === undefined) return;
    sessionStorage.removeItem(KEPT);
    this.me = undefined;
    this.state = "erased";
  }

  async #change(question: Question, done: string): Promise<boolean> {
    const me = await this.#ask<Me>(question);
    if (me === undefined || me === true) return false;
    this.me = me;
    this.state = "open";
    this.returnTo = me.returnTo ?? undefined;
    this.application = me.application;
    this.done = done;
    return true;
  }

  /** Returns the answer, `true` for one without content; undefined where there was none, and the page says why. */
  async #ask<Value>(question: Question): Promise<Value | true | undefined> {
    if (this.#token === undefined) return undefined;
    this.busy = true;
    this.problem = "";
    this.done = "";
    const answer = await askMe<Value>(this.#token, question);
    this.busy = false;
    if (answer.kind === "answer") return answer.value ?? true;
    if (answer.kind === "failed") this.problem = answer.message;
    else this.#end();
    return undefined;
  }

  /** A page that is used stays open, up to the end that the service has set. */
  async #renew(): Promise<void> {
    if (this.#token === undefined || this.state !== "open" || !this.#isUsed) return;
    this.#isUsed = false;
    const answer = await askMe<PageRenewal>(this.#token, { method: "POST", path: "/token" });
    if (answer.kind === "over") this.#end();
    if (answer.kind !== "answer") return;
    this.#token = answer.value.token;
    sessionStorage.setItem(KEPT, this.#token);
  }

  #end(): void {
    sessionStorage.removeItem(KEPT);
    this.#token = undefined;
    this.me = undefined;
    this.state = "over";
  }
}

/** Takes the token out of the address, so that it is in no history and no bookmark; a reload of this tab still has it. */
function takeToken(): string | undefined {
  const given = location.hash.slice(1);
  if (given !== "") {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT) ?? undefined;
}

export const page = new Page();
