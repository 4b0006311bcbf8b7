import type { HabitusClient } from "@habitus/client";
import type { Assessment } from "@habitus/wire";

export interface Told {
  /** The newest assessment; undefined before the first. */
  readonly assessment: Assessment | undefined;
  /** Whether Habitus answers: when it does not, the assessment is out of date. */
  readonly isAvailable: boolean;
}

/** What the bank knows of a Habitus session, for as long as the visit lasts and whether or not a page looks. */
export interface Followed {
  readonly told: Told;
  /** Calls back now and after each change, until the returned function is called. */
  readonly subscribe: (listener: (told: Told) => void) => () => void;
  readonly stop: () => void;
}

/** Follows the session's assessments. `onAssessment` comes first, so that the bank has acted before a page hears of it. */
export function followSession(
  habitus: HabitusClient,
  session: string,
  onAssessment: (assessment: Assessment) => void,
): Followed {
  const stopped = new AbortController();
  const listeners = new Set<(told: Told) => void>();
  let told: Told = { assessment: undefined, isAvailable: true };
  const tell = (next: Told): void => {
    told = next;
    for (const listener of listeners) listener(told);
  };
  const lost = (): void => tell({ ...told, isAvailable: false });

  const follow = async (): Promise<void> => {
    for await (const assessment of habitus.watch(session, { signal: stopped.signal, onLost: lost })) {
      onAssessment(assessment);
      tell({ assessment, isAvailable: true });
    }
  };
  follow().catch(lost); // an answer that trying again cannot change: the bank goes on by its own rules

  return {
    get told() {
      return told;
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(told);
      return () => listeners.delete(listener);
    },
    stop: () => stopped.abort(),
  };
}
