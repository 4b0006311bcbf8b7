import { baseline, findSystem, habitus, type System } from "@habitus/core";
import { type KeysConfig, loadKeysConfig, loadReferenceKeys } from "@habitus/server";
import { InvalidArgumentError, Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal/terminal.ts";

export const systemOption = (): Option =>
  new Option(
    "--system <name>",
    "who compares (default: habitus, as the service does; baseline for a feature table)",
  ).choices([habitus.name, baseline.name]);

/** Returns the system to run. A feature table has the features of the classic tutorial, which `baseline` alone compares. */
export function systemFor({ system, csv }: { readonly system?: string; readonly csv?: string }): System {
  const name = system ?? (csv === undefined ? habitus.name : baseline.name);
  if (csv !== undefined && name !== baseline.name)
    throw new CliError(
      "badUsage",
      `${name} needs what happened key by key, and a feature table has thrown that away: give --recordings, or --system ${baseline.name}.`,
    );
  const found = findSystem(name);
  if (found === undefined) throw new CliError("badUsage", `there is no system called "${name}".`);
  return found;
}

export const jsonOption = (): Option => new Option("--json", "print JSON lines for machines").default(false);
export const seedOption = (): Option =>
  new Option("--seed <number>", "the same seed gives the same result").default(1).argParser(wholeNumber(0));
export const csvOption = (): Option => new Option("--csv <file>", "a feature table: 12 columns and user_id");
export const recordingsOption = (): Option => new Option("--recordings <file>", "recorded sessions, one a line (JSON)");
export const modelsOption = (): Option =>
  new Option("--models <folder>", "where the models are kept").default("models");
export const portOption = (what: string, port: number): Option =>
  new Option("--port <number>", `${what}; 0 takes any free one`).default(port).argParser(wholeNumber(0, 65_535));
export const dataOption = (): Option =>
  new Option("--data <folder>", "folder of the database and the keys").default("habitus-data", "./habitus-data");

/** Returns where the environment says that the keys of a data folder are. */
export function keysOf({ env }: Pick<Terminal, "env">, provider = env.HABITUS_KEYS): KeysConfig {
  try {
    return loadKeysConfig({ ...env, HABITUS_KEYS: provider });
  } catch (cause) {
    if (cause instanceof RangeError) throw new CliError("badUsage", `${cause.message}.`, { cause });
    throw cause;
  }
}

/** Returns the generation of reference keys that the environment names. Throws a `CliError` where it is none. */
export function referenceKeysOf({ env }: Pick<Terminal, "env">): number {
  try {
    return loadReferenceKeys(env);
  } catch (cause) {
    if (cause instanceof RangeError) throw new CliError("badUsage", `${cause.message}.`, { cause });
    throw cause;
  }
}

/** Returns a parser of whole numbers from `min` to `max`, which says what was wrong. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(number) && number >= min && number <= max) return number;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Returns a parser of numbers between 0 and 1, both left out. */
export function share(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number < 1) return number;
  throw new InvalidArgumentError("It must be a number between 0 and 1, such as 0.8.");
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
