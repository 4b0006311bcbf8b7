import { type Collector, start } from "@habitus/collector";
import { ask, type Me, type Shown, watchTrust } from "./api.ts";
import { ownerOf, replay, somebodyElse } from "./simulate.ts";

const POINTS_SHOWN = 90;

/** Everything the pages show. One object, because there is one visit. */
class Visit {
  me = $state<Me>({ signedIn: false });
  loading = $state(true);
  problem = $state("");
  assessment = $state<Shown>();
  /** Trust after each change, oldest first. */
  points = $state<number[]>([]);
  available = $state(true);
  /** Who is at the keyboard: the person who sits there, or a simulated one. */
  actor = $state<"person" | "simulatedOwner" | "simulatedOther">("person");
  progress = $state(0);
  paused = $state(false);

  #collector: Collector | undefined;
  #unwatch: (() => void) | undefined;
  #replaying: AbortController | undefined;

  async load(): Promise<void> {
    await this.#adopt(ask<Me>("GET", "me"));
    this.loading = false;
  }

  signIn(name: string): Promise<void> {
    return this.#adopt(ask<Me>("POST", "sign-in", { name }));
  }

  answerConsent(granted: boolean): Promise<void> {
    if (!granted) this.#collector?.withdraw();
    return this.#adopt(ask<Me>("POST", "consent", { granted }));
  }

  erase(): Promise<void> {
    this.#collector?.withdraw();
    return this.#adopt(ask<Me>("DELETE", "me/behaviour"));
  }

  async signOut(): Promise<void> {
    this.#halt();
    await this.#adopt(ask<Me>("POST", "sign-out"));
    this.me = { signedIn: false };
  }

  async answerStepUp(code: string): Promise<boolean> {
    const { passed } = await ask<{ passed: boolean }>("POST", "step-up", { code });
    return passed;
  }

  togglePause(): void {
    this.paused = !this.paused;
    if (this.paused) this.#collector?.pause();
    else this.#collector?.resume();
  }

  letSimulatedOwnerType(): Promise<void> {
    return this.#simulate("simulatedOwner", { minutes: 9, speed: 22 });
  }

  letSomebodyElseTakeOver(): Promise<void> {
    return this.#simulate("simulatedOther", { minutes: 4, speed: 10 });
  }

  stopSimulation(): void {
    this.#replaying?.abort();
  }

  async #simulate(actor: "simulatedOwner" | "simulatedOther", pace: { minutes: number; speed: number }): Promise<void> {
    const { collector, subject = "" } = this.me;
    if (collector === undefined || this.#replaying !== undefined) return;
    const owner = ownerOf(subject);
    const person = actor === "simulatedOwner" ? owner : somebodyElse(owner);
    const stop = new AbortController();
    this.#replaying = stop;
    this.#collector?.pause(); // who watches is not who types
    this.actor = actor;
    this.progress = 0;
    this.problem = "";
    const seed = Math.floor(Date.now() / 1_000) % 1_000_000;
    const onProgress = (share: number): void => {
      this.progress = share;
    };
    try {
      await replay(collector, { person, ...pace, seed, onProgress, signal: stop.signal });
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "The replay failed.";
    }
    this.#replaying = undefined;
    this.actor = "person";
    if (!this.paused) this.#collector?.resume();
  }

  async #adopt(answer: Promise<Me>): Promise<void> {
    this.problem = "";
    try {
      const me = await answer;
      const session = this.me.collector?.session;
      this.me = me;
      if (me.collector?.session !== session) this.#begin();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "Something went wrong.";
    }
  }

  /** A new Habitus session, or none: the collector and the line start anew. */
  #begin(): void {
    this.#halt();
    this.assessment = undefined;
    this.points = [];
    this.paused = false;
    const { collector } = this.me;
    if (collector === undefined) return;
    this.#collector = start({ ...collector, consent: true });
    this.#unwatch = watchTrust({
      onAssessment: (assessment) => this.#show(assessment),
      onUnavailable: () => {
        this.available = false;
      },
    });
  }

  #show(assessment: Shown): void {
    this.available = true;
    this.assessment = assessment;
    const { trust } = assessment;
    if (trust !== null) this.points = [...this.points, trust].slice(-POINTS_SHOWN);
    if (assessment.decision !== "lock") return;
    this.#halt();
    this.me = { ...this.me, signedIn: false, locked: true };
  }

  #halt(): void {
    this.#replaying?.abort();
    void this.#collector?.stop();
    this.#collector = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }
}

export const visit = new Visit();
