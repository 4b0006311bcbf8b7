import { setImmediate } from "node:timers/promises";
import { progress } from "@clack/prompts";
import { isInteractive, type Terminal } from "./terminal.ts";

export interface Progress {
  /** One step done. Waits for the terminal to draw, since the work between steps blocks it. */
  readonly step: (message?: string) => Promise<void>;
  readonly done: (message: string) => void;
}

/** Returns a progress bar of `total` steps; it draws nothing where nobody looks: not on a terminal, or with `--json`. */
export function showProgress(
  terminal: Terminal,
  { title, total, json }: { readonly title: string; readonly total: number; readonly json: boolean },
): Progress {
  if (json || !isInteractive(terminal)) return { step: async () => undefined, done: () => undefined };
  const bar = progress({ max: Math.max(1, total), output: terminal.stdout, withGuide: false });
  bar.start(title);
  return {
    step: async (message) => {
      bar.advance(1, message);
      await setImmediate();
    },
    done: (message) => bar.stop(message),
  };
}
