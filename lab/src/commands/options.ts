import { LabError } from "../lab-error.ts";
import type { LabSystem } from "../systems/lab-system.ts";

export interface RunFlags {
  readonly data?: string;
  readonly background?: string;
  readonly test?: string;
  readonly json?: string;
  readonly out?: string;
  readonly system?: readonly string[];
  readonly protocol?: readonly string[];
  readonly seed?: string;
}

/** Returns a list option's values; commander calls it once for each. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Returns the seed, 1 if none is given. */
export function seedOf({ seed }: Pick<RunFlags, "seed">): number {
  if (seed === undefined) return 1;
  const value = Number(seed);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new LabError("usage", `--seed must be a whole number of at least 0, got ${JSON.stringify(seed)}.`);
  return value;
}

/** Returns the named systems (`name` or `name@version`) in the order of the registry, or those that run by default. */
export function chooseSystems(
  all: readonly LabSystem[],
  named: readonly string[] | undefined,
  experiment: string,
): LabSystem[] {
  if (named === undefined) {
    return all.filter((system) => system.byDefault(experiment) && (system.available?.() ?? true));
  }
  const isCalled = (system: LabSystem, name: string): boolean =>
    name === system.name || name === `${system.name}@${system.version}`;
  for (const name of named) {
    const system = all.find((one) => isCalled(one, name));
    if (system === undefined)
      throw new LabError(
        "usage",
        `No system is called ${JSON.stringify(name)}. There are: ${all.map((one) => one.name).join(", ")}.`,
      );
    if (system.available?.() === false)
      throw new LabError(
        "unavailable",
        `${name} needs scikit-learn for /usr/bin/python3 (Debian: apt install python3-sklearn).`,
      );
  }
  return all.filter((system) => named.some((name) => isCalled(system, name)));
}

/** Returns a whole number of at least `least`. */
export function countOf(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new LabError("usage", `${option} must be a whole number of at least ${least}, got ${JSON.stringify(text)}.`);
  return value;
}
