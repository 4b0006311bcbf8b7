/** Throws an error that names the broken law. */
export function hold(law: string, holds: boolean, detail = ""): asserts holds {
  if (!holds) throw new Error(`broken law: ${law}${detail === "" ? "" : ` (${detail})`}`);
}

/** Returns what the action threw; breaks the law when it did not throw. */
export function thrownBy(law: string, action: () => unknown): unknown {
  try {
    action();
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`broken law: ${law} (nothing was thrown)`);
}
