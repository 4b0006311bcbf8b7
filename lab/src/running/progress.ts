import { progress } from "@clack/prompts";

export interface Progress {
  readonly at: (share: number, message: string) => void;
  readonly done: (message: string) => void;
}

/** Returns a progress bar on a terminal, and one line per step elsewhere. */
export function createProgress(): Progress {
  if (process.stderr.isTTY !== true) {
    let last = "";
    return {
      at: (_, message) => {
        if (message !== last) process.stderr.write(`${message}\n`);
        last = message;
      },
      done: (message) => process.stderr.write(`${message}\n`),
    };
  }
  const bar = progress({ max: 1000, output: process.stderr });
  let at = 0;
  bar.start("reading");
  return {
    at: (share, message) => {
      const now = Math.min(1000, Math.floor(1000 * share));
      if (now > at) bar.advance(now - at, message);
      else bar.message(message);
      at = Math.max(at, now);
    },
    done: (message) => bar.stop(message),
  };
}
