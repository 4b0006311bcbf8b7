import type { FeatureSet, System } from "@habitus/core";
import { CliError } from "../cli-error.ts";
import { readFeatureTable } from "./feature-table.ts";
import { eventsOf, readRecordings } from "./recording.ts";

/** All samples of a file by person, oldest first, grouped as they hang together: by session, or row by row of a table. */
export type Samples = ReadonlyMap<string, readonly (readonly FeatureSet[])[]>;

export interface SampleSource {
  readonly csv?: string | undefined;
  readonly recordings?: string | undefined;
}

/** Returns the feature sets of a feature table or of recordings. Exactly one of the two must be given. */
export async function readSamples(system: System, { csv, recordings }: SampleSource): Promise<Samples> {
  if ((csv === undefined) === (recordings === undefined))
    throw new CliError("badUsage", "give either --csv FILE (a feature table) or --recordings FILE (JSON lines).");
  return csv === undefined ? fromRecordings(system, recordings ?? "") : fromTable(csv);
}

/**
 * Returns the oldest part of a person's samples for training, and the rest. Cut between sessions where there are several;
 * inside one session the windows that overlap with training are left out of the rest.
 */
export function splitNewest(
  sessions: readonly (readonly FeatureSet[])[],
  trainShare: number,
): { readonly training: readonly FeatureSet[]; readonly rest: readonly FeatureSet[] } {
  if (sessions.length > 1) {
    const cut = Math.min(sessions.length - 1, Math.max(1, Math.round(sessions.length * trainShare)));
    return { training: sessions.slice(0, cut).flat(), rest: sessions.slice(cut).flat() };
  }
  const all = sessions[0] ?? [];
  const training = all.slice(0, Math.round(all.length * trainShare));
  const end = Math.max(Number.NEGATIVE_INFINITY, ...training.map(({ endedAt }) => endedAt));
  return { training, rest: all.slice(training.length).filter(({ startedAt }) => startedAt >= end) };
}

/** Returns the sessions of a person. Throws a `CliError` that names who is there instead. */
export function sessionsOf(samples: Samples, person: string): readonly (readonly FeatureSet[])[] {
  const sessions = samples.get(person);
  if (sessions !== undefined) return sessions;
  const known = [...samples.keys()];
  const named = known.slice(0, 8).join(", ") + (known.length > 8 ? ` and ${known.length - 8} more` : "");
  throw new CliError("badData", `there is nobody called "${person}" in the data, which has ${named}.`);
}

async function fromTable(path: string): Promise<Samples> {
  const samples = new Map<string, FeatureSet[][]>();
  for (const { person, features } of await readFeatureTable(path)) add(samples, person, [features]);
  return samples;
}

async function fromRecordings(system: System, path: string): Promise<Samples> {
  const samples = new Map<string, FeatureSet[][]>();
  for await (const recording of readRecordings(path)) {
    const { segmenter, extractor } = system;
    const { windows } = segmenter.push(segmenter.initial(), eventsOf(recording), recording.quantumMs);
    add(
      samples,
      recording.person,
      windows.flatMap((window) => (window.kind === "sample" ? [extractor.extract(window)] : [])),
    );
  }
  for (const sessions of samples.values()) sessions.sort((a, b) => (a[0]?.startedAt ?? 0) - (b[0]?.startedAt ?? 0));
  return samples;
}

function add(samples: Map<string, FeatureSet[][]>, person: string, session: FeatureSet[]): void {
  const sessions = samples.get(person) ?? [];
  if (session.length > 0) sessions.push(session);
  samples.set(person, sessions);
}
