import { type Collector, start } from "@habitus/collector";
import { ask, type Me, type Shown, watchTrust } from "./api.ts";
import { type Sitting, simulatedPeople } from "./simulate.ts";

const POINTS_SHOWN = 90;
/** A simulated owner stops after so many new points of the line. */
const OWNER_SCORES = 14;

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
  #people: { owner: Sitting; somebodyElse: Sitting } | undefined;

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

  /** Until Habitus knows the simulated owner and has something to say; then a little more each time. */
  letSimulatedOwnerType(): Promise<void> {
    return this.#simulate("simulatedOwner", 9);
  }

  letSomebodyElseTakeOver(): Promise<void> {
    return this.#simulate("simulatedOther", 5);
  }

  stopSimulation(): void {
    this.#replaying?.abort();
  }

  async #simulate(actor: "simulatedOwner" | "simulatedOther", minutes: number): Promise<void> {
    const { collector } = this.me;
    if (collector === undefined || this.#replaying !== undefined) return;
    this.#people ??= simulatedPeople(this.me.subject ?? "");
    const sitting = actor === "simulatedOwner" ? this.#people.owner : this.#people.somebodyElse;
    const stop = new AbortController();
    this.#replaying = stop;
    this.#collector?.pause(); // who watches is not who types
    this.actor = actor;
    this.progress = 0;
    this.problem = "";
    const scored = this.points.length;
    const onProgress = (share: number): void => {
      this.progress = share;
      if (actor === "simulatedOwner" && this.points.length >= scored + OWNER_SCORES) stop.abort();
    };
    try {
      await sitting.replay(collector, { minutes, onProgress, signal: stop.signal });
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
    this.#people = undefined;
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
