import type { DataStatement } from "../datasets/load.ts";
import { LabError } from "../lab-error.ts";
import { METRICS, pairedDifference } from "../metrics/measure.ts";
import type { Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "../running/compare.ts";
import type { Progress } from "../running/progress.ts";
import type { Drawing, Judged, Row } from "../running/row.ts";
import { runProtocols } from "../running/run-protocols.ts";
import type { Difference } from "../running/statement.ts";
import type { LabSystem } from "../systems/lab-system.ts";
import type { Experiment, Folders } from "./experiment.ts";

export interface RunContext {
  readonly folders: Folders;
  readonly seed: number;
  readonly systems: readonly LabSystem[];
  readonly progress: Progress;
  /** Only these protocols; undefined: all. */
  readonly protocols?: readonly string[] | undefined;
  readonly onProtocol: (protocol: Protocol) => Promise<void>;
  readonly onScores: (system: string, protocol: string, raw: RawScores) => Promise<void>;
}

/** How the share of detected take-overs grows. */
export interface DetectionCurve {
  readonly system: string;
  readonly protocol: string;
  readonly unit: string;
  /** Actions since the take-over, and the share detected by then. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Outcome {
  readonly rows: readonly Row[];
  readonly data: readonly DataStatement[];
  readonly differences: readonly Difference[];
  readonly drawings: readonly Drawing[];
  readonly curves: readonly DetectionCurve[];
}

/** What `habitus lab run NAME` can run. */
export interface Runnable {
  readonly name: string;
  readonly title: string;
  readonly run: (context: RunContext) => Promise<Outcome>;
}

/** Makes an experiment runnable: all its protocols through all systems. */
export function runnable(experiment: Experiment): Runnable {
  return {
    name: experiment.name,
    title: experiment.title,
    async run(context) {
      context.progress.at(0, `${experiment.name}: reading`);
      const built = await experiment.build(context);
      const protocols = choose(built.protocols, context.protocols);
      for (const protocol of protocols) await context.onProtocol(protocol);
      const judged = await runProtocols({ ...built, protocols }, { ...context, experiment: experiment.name });
      return {
        rows: judged.map(({ row }) => row),
        data: built.data,
        differences: differences(judged),
        drawings: judged.map(({ drawing }) => drawing),
        curves: [],
      };
    },
  };
}

function choose(protocols: readonly Protocol[], named: readonly string[] | undefined): readonly Protocol[] {
  const names = checkNames(
    protocols.map(({ name }) => name),
    named,
  );
  return protocols.filter(({ name }) => names.includes(name));
}

/** Returns the names wanted, all if none is named; throws a LabError for one that is not there. */
export function checkNames(names: readonly string[], wanted: readonly string[] | undefined): readonly string[] {
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new LabError(
      "usage",
      `No protocol is called ${JSON.stringify(unknown)} here. There are: ${names.join(", ")}.`,
    );
  return wanted ?? names;
}

/** Returns what separates each system from the first one of its protocol, with paired intervals. */
export function differences(judged: readonly Judged[]): Difference[] {
  const list: Difference[] = [];
  const first = new Map<string, Judged>();
  for (const one of judged) {
    const { protocol, system } = one.row;
    const reference = first.get(protocol);
    if (reference === undefined) {
      if (one.measured.figures.eerPooled.value !== null) first.set(protocol, one);
      continue;
    }
    for (const metric of METRICS.filter((name) => ["eerPooled", "eerPerSubject", "fnmrAtFmr1"].includes(name))) {
      const { value, low, high } = pairedDifference(one.measured, reference.measured, metric);
      list.push({ protocol, system, minus: reference.row.system, metric, value, low, high });
    }
  }
  return list;
}
