import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { run, type Terminal } from "../../src/index.ts";

export interface Captured {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** The output's lines as JSON values. */
  readonly json: () => unknown[];
  /** The same, where each is an object whose members a test looks at. */
  readonly values: () => Readonly<Record<string, unknown>>[];
}

/** Runs a command as a machine would: no terminal, no environment. */
export async function runCaptured(
  argv: readonly string[],
  options: Partial<Pick<Terminal, "signal" | "env">> = {},
): Promise<Captured> {
  const written = { out: "", err: "" };
  const capture = (name: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const exitCode = await run(argv, { stdout: capture("out"), stderr: capture("err"), env: {}, ...options });
  const values = (): Readonly<Record<string, unknown>>[] =>
    written.out
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { exitCode, ...written, json: values, values };
}

/** Returns an empty folder that is gone after the test. */
export async function emptyFolder(): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** As `emptyFolder`, for all tests of a file: it has to be removed. */
export async function makeFolder(): Promise<{
  readonly path: (name: string) => string;
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-cli-"));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}
