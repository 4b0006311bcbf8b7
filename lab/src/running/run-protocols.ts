import type { Built } from "../experiments/experiment.ts";
import { LabError } from "../lab-error.ts";
import type { LabSystem, Task } from "../systems/lab-system.ts";
import { compareAll, type RawScores } from "./compare.ts";
import type { Progress } from "./progress.ts";
import { type Judged, judge } from "./row.ts";

export interface RunOptions {
  readonly experiment: string;
  readonly seed: number;
  readonly systems: readonly LabSystem[];
  readonly progress: Progress;
  /** Called with each system's comparisons, so that they can be written and forgotten. */
  readonly onScores?: (system: string, protocol: string, raw: RawScores) => Promise<void>;
}

/** Judges each system under each protocol, protocol by protocol, in the order named. */
export async function runProtocols({ protocols, phrase }: Built, options: RunOptions): Promise<Judged[]> {
  const { experiment, seed, systems, progress } = options;
  const judged: Judged[] = [];
  const steps = protocols.length * systems.length;
  let done = 0;
  for (const protocol of protocols) {
    if (protocol.claims.length < 2)
      throw new LabError(
        "malformedData",
        `${protocol.name} needs at least 2 people with enough recordings, found ${protocol.claims.length}. ${Object.entries(
          protocol.left,
        )
          .map(([reason, count]) => `${count} had ${reason}.`)
          .join(" ")}`,
      );
    const task: Task = {
      experiment,
      protocol: protocol.name,
      windows: protocol.windows,
      seed,
      phrase,
      ...(protocol.further && { further: protocol.further }),
    };
    for (const system of systems) {
      if (!system.applicable(task)) continue;
      const title = `${experiment} ${protocol.name}: ${system.name}`;
      progress.at(done / steps, title);
      const raw = await compareAll(protocol, system, {
        task,
        onProgress: (share) => progress.at((done + share) / steps, title),
      });
      await options.onScores?.(system.name, protocol.name, raw);
      judged.push(judge(raw, { protocol, system, seed }));
      done += 1;
    }
  }
  return judged;
}
