import { LabError } from "../lab-error.ts";
import type { Comparison } from "../metrics/score-set.ts";
import type { Recording } from "../recordings/recording.ts";
import { seedOf } from "../running/compare.ts";
import type { Fitted, LabSystem, Task, WindowScore } from "../systems/lab-system.ts";
import { type Continuous, counter, type TakeOver, takeOvers } from "./streams.ts";

/** One subject followed through genuine use and through every take-over. */
export interface Followed {
  readonly subject: string;
  readonly genuine: readonly WindowScore[];
  readonly genuineHours: number;
  readonly genuineActions: number;
  /** Actions of genuine use up to the end of each window. */
  readonly genuineCount: readonly number[];
  readonly takeOvers: readonly FollowedTakeOver[];
}

export interface FollowedTakeOver {
  readonly impostor: string;
  readonly windows: readonly WindowScore[];
  readonly at: number;
  /** Actions of the impostor in all, and since the take-over at the end of each window. */
  readonly actions: number;
  readonly since: readonly number[];
}

/** Follows everybody with one system; subjects who cannot be enrolled are named apart. */
export async function followAll(
  continuous: Continuous,
  system: LabSystem,
  { task, onProgress }: { readonly task: Task; readonly onProgress: (share: number) => void },
): Promise<{ readonly followed: readonly Followed[]; readonly failedToEnrol: readonly string[] }> {
  const fits = new Map<string, Fitted>();
  const fitOf = async (key: string): Promise<Fitted> => {
    const fitted = fits.get(key) ?? (await system.fit(task, continuous.background.recordings(key)));
    fits.set(key, fitted);
    return fitted;
  };
  const followed: Followed[] = [];
  const failedToEnrol: string[] = [];
  for (const [index, { subject, enrolment, use }] of continuous.stretches.entries()) {
    const references = new Map<string, unknown>();
    const scoresOf = async (stream: Recording, key: string): Promise<readonly WindowScore[] | undefined> => {
      const fitted = await fitOf(key);
      if (!references.has(key)) {
        const enrolled = await fitted.enrol(enrolment.map(fitted.prepare), seedOf(task.seed, subject));
        references.set(key, enrolled.kind === "enrolled" ? enrolled.reference : undefined);
      }
      const reference = references.get(key);
      if (fitted.follow === undefined) throw new LabError("usage", `${system.name} cannot follow a session.`);
      return reference === undefined ? undefined : fitted.follow(reference, fitted.prepare(stream));
    };
    const attempts = takeOvers(continuous, index);
    const keyOf = ({ impostor }: TakeOver): string => continuous.background.key(subject, impostor);
    const first = attempts[0];
    const genuine = await scoresOf(
      use,
      first === undefined ? continuous.background.key(subject, subject) : keyOf(first),
    );
    if (genuine === undefined) {
      failedToEnrol.push(subject);
      continue;
    }
    const list: FollowedTakeOver[] = [];
    for (const attempt of attempts) {
      const windows = await scoresOf(attempt.stream, keyOf(attempt));
      if (windows !== undefined) list.push(describe(attempt, windows, continuous.unit));
    }
    const { start, end } = spanOf(use);
    const count = counter(use, continuous.unit);
    followed.push({
      subject,
      genuine,
      genuineHours: (end - start) / 3_600_000,
      genuineActions: count(start, end),
      genuineCount: genuine.map(({ endedAt }) => count(start, endedAt)),
      takeOvers: list,
    });
    onProgress((index + 1) / continuous.stretches.length);
  }
  for (const fitted of fits.values()) fitted.close?.();
  return { followed, failedToEnrol };
}

function describe(
  { impostor, stream, at }: TakeOver,
  windows: readonly WindowScore[],
  unit: Continuous["unit"],
): FollowedTakeOver {
  const count = counter(stream, unit);
  return {
    impostor,
    windows,
    at,
    actions: count(at, spanOf(stream).end),
    since: windows.map(({ endedAt }) => (endedAt < at ? 0 : count(at, endedAt))),
  };
}

function spanOf({ keys, pointer }: Recording): { readonly start: number; readonly end: number } {
  const times = keys?.pressAt ?? pointer?.at ?? new Float64Array(0);
  return { start: times[0] ?? 0, end: times.at(-1) ?? 0 };
}

/** Returns the windows as comparisons: those of genuine use, and those that lie wholly after a take-over. */
export function asComparisons(followed: readonly Followed[]): Comparison[] {
  return followed.flatMap(({ subject, genuine, takeOvers }) => [
    ...genuine.map(({ score, llr }) => ({ subject, probeSubject: subject, mated: true, score, llr })),
    ...takeOvers.flatMap(({ impostor, windows, at }) =>
      windows
        .filter(({ startedAt }) => startedAt >= at)
        .map(({ score, llr }) => ({ subject, probeSubject: impostor, mated: false, score, llr })),
    ),
  ]);
}
