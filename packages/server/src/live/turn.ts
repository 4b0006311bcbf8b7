/** Runs works one after the other, in the order in which they came. */
export interface Turn {
  readonly run: <T>(work: () => T | Promise<T>) => Promise<T>;
}

export function createTurn(): Turn {
  let last: Promise<unknown> | undefined;
  return {
    async run(work) {
      const before = last;
      const result = before === undefined ? Promise.resolve().then(work) : before.then(work);
      const settled = result.then(
        () => undefined,
        () => undefined,
      );
      last = settled;
      try {
        return await result;
      } finally {
        if (last === settled) last = undefined;
      }
    },
  };
}
