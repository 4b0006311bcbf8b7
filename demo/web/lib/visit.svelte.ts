import type { Tier } from "@habitus/wire";
import { ask, type Credentials, type Me, type Shown, watchTrust } from "./api.ts";
import { replay, type SimulatedRole } from "./simulate.ts";
import { type Judgement, type Running, startCollector } from "./start-collector.ts";

const POINTS_SHOWN = 90;
/** Longest that the key which sent a form is held. */
const LAST_KEY_MS = 250;
/** The simulated owner stops after so many points of the line. */
const OWNER_POINTS = 8;
const OWNER_KEYS = 500;
const STRANGER_KEYS = 260;

/** Who is at the keyboard: the person in front of the screen, somebody simulated, or nobody while one only watches. */
export type Actor = "person" | "nobody" | SimulatedRole;

/** Everything the pages show. One object, because there is one visit. */
export class Visit {
  me = $state<Me>({ signedIn: false });
  loading = $state(true);
  problem = $state("");
  assessment = $state<Shown>();
  /** Trust after each window, oldest first. */
  points = $state<readonly number[]>([]);
  available = $state(true);
  actor = $state<Actor>("person");
  progress = $state(0);
  paused = $state(false);
  /** The simulated stranger goes on although a step-up is due. */
  ignoring = $state(false);

  /** What the person's own device thinks, where it judges. */
  judgement = $state<Judgement>();

  #collector: Running | undefined;
  #unwatch: (() => void) | undefined;
  #replaying: AbortController | undefined;
  #seed = 1;
  /** Of evidence so far: windows, and half a one for the sign-in. */
  #pieces = -1;

  async load(): Promise<void> {
    await this.#adopt(ask<Me>("GET", "me"));
    this.loading = false;
  }

  signIn(name: string): Promise<void> {
    return this.#adopt(ask<Me>("POST", "sign-in", { name }));
  }

  /** The words themselves go to the bank alone; how they were typed must have arrived before it looks at them. */
  async sayWords(words: string): Promise<void> {
    await this.#collector?.flush();
    await this.#adopt(ask<Me>("POST", "sign-in/words", { words }));
  }

  /** Sends how the passphrase was typed, once the last key has been let go. */
  practise(): void {
    setTimeout(() => void this.#collector?.flush(), LAST_KEY_MS);
  }

  /** The person's own device judges, and nothing of behaviour leaves it. */
  get onDevice(): boolean {
    return this.me.collector?.tier === "device";
  }

  answerConsent(granted: boolean, tier: Tier = "features"): Promise<void> {
    if (!granted && this.me.standIn !== true) this.#collector?.withdraw();
    return this.#adopt(ask<Me>("POST", "consent", { granted, tier }));
  }

  erase(): Promise<void> {
    this.#collector?.withdraw();
    return this.#adopt(ask<Me>("DELETE", "me/behaviour"));
  }

  /** Goes to the person's own page at Habitus; the bank's server asks for the link. */
  async openPage(): Promise<void> {
    this.problem = "";
    try {
      const { url } = await ask<{ url: string }>("POST", "habitus-page");
      await this.#collector?.flush();
      location.assign(url);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "Something went wrong.";
    }
  }

  async signOut(): Promise<void> {
    await this.#halt();
    await this.#adopt(ask<Me>("POST", "sign-out"));
    this.me = { signedIn: false };
  }

  async answerStepUp(code: string): Promise<boolean> {
    const { passed } = await ask<{ passed: boolean }>("POST", "step-up", { code });
    if (passed) {
      this.stopSimulation();
      this.#collector?.stepUpPassed?.();
    }
    return passed;
  }

  togglePause(): void {
    this.paused = !this.paused;
    if (this.paused) this.#collector?.pause();
    else this.#collector?.resume();
  }

  /** A simulated owner stands in, until Habitus knows them and has something to say; then a little more each time. */
  async letOwnerType(): Promise<void> {
    if (this.me.standIn !== true) {
      await this.#halt();
      await this.#adopt(ask<Me>("POST", "stand-in", { wanted: true }));
    }
    if (this.me.standIn === true) await this.#simulate("owner", OWNER_KEYS);
  }

  letStrangerTakeOver(): Promise<void> {
    return this.#simulate("stranger", STRANGER_KEYS);
  }

  /** The person in front of the screen sits down at the simulated owner's account. */
  takeOverMyself(): void {
    const { collector } = this.me;
    if (collector === undefined || this.#replaying !== undefined) return;
    this.actor = "person";
    if (this.#collector === undefined) void this.#capture(collector);
    else if (this.#collector.status.state === "paused") this.#collector.resume();
  }

  /** Ends the stand-in: the session is again one's own. */
  async leaveStandIn(): Promise<void> {
    await this.#halt();
    await this.#adopt(ask<Me>("POST", "stand-in", { wanted: false }));
  }

  stopSimulation(): void {
    this.#replaying?.abort();
  }

  async #simulate(role: SimulatedRole, keys: number): Promise<void> {
    const { collector } = this.me;
    if (collector === undefined || this.#replaying !== undefined) return;
    const stop = new AbortController();
    this.#replaying = stop;
    this.#collector?.pause(); // who watches is not who types
    this.actor = role;
    this.progress = 0;
    this.problem = "";
    this.ignoring = false;
    const enough = this.points.length + OWNER_POINTS;
    const onProgress = (share: number): void => {
      this.progress = role === "owner" ? Math.max(share, this.points.length / enough) : share;
      if (role === "owner" && this.points.length >= enough) stop.abort();
    };
    const isHeld = (): boolean => this.assessment?.decision === "stepUp" && !this.ignoring;
    try {
      await replay(collector, { role, keys, seed: this.#seed, onProgress, isHeld, signal: stop.signal });
      this.#seed += 1;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "The replay failed.";
    }
    if (this.#replaying !== stop) return; // another session has begun meanwhile
    this.#replaying = undefined;
    this.actor = this.me.standIn === true ? "nobody" : "person";
    if (this.actor === "person" && !this.paused) this.#collector?.resume();
  }

  async #adopt(answer: Promise<Me>): Promise<void> {
    this.problem = "";
    try {
      const me = await answer;
      const session = this.me.collector?.session;
      this.me = me;
      if (me.collector?.session !== session) this.#begin();
      this.#watch();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "Something went wrong.";
    }
  }

  /** A new Habitus session, or none: the collector and the line start anew. */
  #begin(): void {
    void this.#halt();
    this.assessment = undefined;
    this.points = [];
    this.judgement = undefined;
    this.#pieces = -1;
    this.#seed = 1;
    this.paused = false;
    const { collector, standIn } = this.me;
    this.actor = standIn === true ? "nobody" : "person";
    if (collector === undefined || this.me.pausedUntil !== undefined) return;
    if (standIn !== true) void this.#capture(collector);
  }

  async #capture(credentials: Credentials): Promise<void> {
    const made = await startCollector(credentials, (judgement) => this.#judge(judgement));
    const isOver = this.me.collector?.session !== credentials.session || this.#collector !== undefined;
    if (isOver) await made.stop();
    else this.#collector = made;
    if (this.paused) made.pause();
  }

  #judge(judgement: Judgement): void {
    const isNew = judgement.windows !== this.judgement?.windows;
    this.judgement = judgement;
    if (isNew && judgement.trust !== null) this.points = [...this.points, judgement.trust].slice(-POINTS_SHOWN);
  }

  /** What Habitus says is told to who has signed in. */
  #watch(): void {
    if (this.me.collector === undefined || this.me.phraseDue === true || this.#unwatch !== undefined) return;
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
    const { trust, seen, decision, signIn } = assessment;
    const pieces = seen.windows + (signIn?.counted === true ? 0.5 : 0);
    if (trust === null && !this.onDevice) this.points = [];
    else if (trust !== null && pieces !== this.#pieces) this.points = [...this.points, trust].slice(-POINTS_SHOWN);
    this.#pieces = pieces;
    if (decision !== "lock") return;
    void this.#halt();
    this.me = { ...this.me, signedIn: false, locked: true };
  }

  /** Ends capture, replay and watching in this tick; resolves when what was captured has been sent. */
  async #halt(): Promise<void> {
    this.#replaying?.abort();
    this.#replaying = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
    const collector = this.#collector;
    this.#collector = undefined;
    await collector?.stop();
  }
}

export const visit = new Visit();
