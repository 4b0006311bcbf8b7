import type { PolicyContext } from "@habitus/core";
import type { PolicyRecord, Simulation } from "@habitus/wire";
import { askService } from "./ask-service.ts";
import { operator } from "./operator.svelte.ts";

export interface Question {
  readonly id: string;
  readonly context: PolicyContext;
  readonly days: number;
  readonly threshold?: number;
}

/** The policies of the application, and what a threshold would have meant for what was recorded. */
class Policies {
  list = $state<readonly PolicyRecord[]>();
  simulation = $state<Simulation>();
  problem = $state("");
  #newest = 0;

  async read(): Promise<void> {
    const answer = await askService<{ policies: PolicyRecord[] }>("policies");
    if (answer.kind === "signedOut") operator.leave();
    this.problem = answer.kind === "failed" ? answer.message : "";
    if (answer.kind === "answer") this.list = answer.value.policies;
  }

  /** Only the answer to the newest question is shown. */
  async simulate({ id, context, days, threshold }: Question): Promise<void> {
    this.#newest += 1;
    const asked = this.#newest;
    const query = new URLSearchParams({ context, days: String(days) });
    if (threshold !== undefined) query.set("threshold", String(threshold));
    const answer = await askService<Simulation>(`policies/${id}/simulation?${query}`);
    if (asked !== this.#newest) return;
    if (answer.kind === "signedOut") operator.leave();
    this.problem = answer.kind === "failed" ? answer.message : "";
    if (answer.kind === "answer") this.simulation = answer.value;
  }
}

export const policies = new Policies();
