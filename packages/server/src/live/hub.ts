import type { Assessment } from "@habitus/wire";

type Listener = (assessment: Assessment) => void;

/** Hands assessments to those who watch a session. */
export interface Hub {
  readonly subscribe: (application: string, session: string, listener: Listener) => () => void;
  readonly isWatched: (application: string, session: string) => boolean;
  readonly publish: (application: string, assessment: Assessment) => void;
}

export function createHub(): Hub {
  const watched = new Map<string, Set<Listener>>();
  const keyOf = (application: string, session: string): string => `${application}\n${session}`;
  return {
    subscribe(application, session, listener) {
      const key = keyOf(application, session);
      const listeners = watched.get(key) ?? new Set();
      watched.set(key, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watched.get(key) === listeners) watched.delete(key);
      };
    },
    isWatched: (application, session) => watched.has(keyOf(application, session)),
    publish(application, assessment) {
      for (const listener of watched.get(keyOf(application, assessment.session)) ?? []) listener(assessment);
    },
  };
}
