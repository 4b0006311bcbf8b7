import { isUnavailable } from "@habitus/client";
import { findSystem } from "@habitus/core";
import type { Assessment } from "@habitus/wire";
import { CliError } from "../cli-error.ts";
import { reachService, type ServiceOptions } from "../service/reach.ts";
import { printJson, remark, type Terminal } from "../terminal/terminal.ts";
import type { Tick } from "./replay.ts";
import { showTrustLine } from "./trust-line.ts";

export interface FollowOptions extends ServiceOptions {
  readonly session?: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Follows a session of a running service until it ends or the signal aborts. */
export async function follow(terminal: Terminal, options: FollowOptions): Promise<void> {
  const { json, signal } = options;
  const { client, url } = await reachService(terminal, options);
  const session = options.session ?? (await client.listSessions()).find(({ state }) => state === "open")?.session;
  if (session === undefined)
    throw new CliError("noService", `no session is open at ${url}: sign in to the demo bank, then try again.`);
  const first = await client.assessment(session);
  const title = `Trust in ${first.subject}, session ${session}, system ${first.system} (Ctrl-C ends)`;
  const known = findSystem(first.system.split("@")[0] ?? "")?.policy;
  const policy = known && { ...known, ...first.policy }; // the thresholds that are in force for this session
  const line = json ? undefined : showTrustLine(terminal, { policy, title });
  const onLost = (error: Error, retryInMs: number): void => {
    const text = `${error.message}; nothing is known until it answers. Trying again in ${(retryInMs / 1000).toFixed(1)} s`;
    if (line === undefined) printJson(terminal, { lost: error.message, retryInMs });
    else line.note(text);
  };
  let before: string | undefined;
  try {
    for await (const assessment of client.watch(session, { signal, onLost })) {
      if (line === undefined) {
        printJson(terminal, assessment);
        continue;
      }
      const tick = toTick(assessment);
      const state = JSON.stringify([tick.window, tick.trust, tick.decision, tick.context]);
      if (state !== before) line.show(tick);
      before = state;
    }
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new CliError("noService", error.message, { cause: error });
  }
  line?.end();
  if (!signal.aborted && !json) remark(terminal, "The session has ended.");
}

function toTick({ seen, at, trust, band, decision, reasons, evidence, policy }: Assessment): Tick {
  const newest = evidence.at(-1);
  return {
    window: seen.windows,
    person: undefined,
    at,
    score: newest?.score,
    llr: newest?.llr,
    trust: trust ?? undefined,
    band,
    decision,
    reasons: reasons.map(({ code, share, text }) => ({ code, share: share ?? undefined, text })),
    context: policy.context,
    passedStepUp: false,
  };
}
