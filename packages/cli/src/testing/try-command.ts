import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { run } from "../run.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface Tried {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed, a value a line. */
  readonly values: () => readonly Record<string, unknown>[];
}

/** Runs one command of its own terminal and returns what it printed. The environment is empty unless given. */
export async function tryCommand(argv: readonly string[], given: Partial<Terminal> = {}): Promise<Tried> {
  const stdout = collect();
  const stderr = collect();
  const exitCode = await run(argv, { env: {}, ...given, stdout: stdout.stream, stderr: stderr.stream });
  return {
    exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    values: () =>
      stdout
        .text()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}

/** Returns a new empty folder and a function that removes it. */
export async function makeFolder(): Promise<{
  readonly path: (name: string) => string;
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-cli-"));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}

function collect(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
