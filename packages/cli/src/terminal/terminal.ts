import type { Writable } from "node:stream";

/** Where a command writes, and what it may know about its surroundings. */
export interface Terminal {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a command that runs until it is told to stop. Without one, Ctrl-C and SIGTERM do. */
  readonly signal?: AbortSignal;
}

/** Writes one line. */
export function print({ stdout }: Terminal, line = ""): void {
  stdout.write(`${line}\n`);
}

/** Writes one JSON value on a line of its own: what `--json` prints. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, JSON.stringify(value));
}

/** Writes a line for people beside a command's result: to standard error, so that a result can be piped on. */
export function remark({ stderr }: Terminal, line: string): void {
  stderr.write(`${line}\n`);
}

export function isInteractive({ stdout, env }: Terminal): boolean {
  return stdout.isTTY === true && env.TERM !== "dumb";
}

/** Runs the work with a signal that Ctrl-C, SIGTERM and the terminal's own signal abort. */
export async function untilStopped<Result>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(1); // asked twice
    controller.abort();
  };
  const relay = (): void => controller.abort();
  if (terminal.signal?.aborted) controller.abort();
  terminal.signal?.addEventListener("abort", relay);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    terminal.signal?.removeEventListener("abort", relay);
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
