import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRandom, type FeatureSet, findSystem, type System, shuffle } from "@habitus/core";
import { LabError } from "../lab-error.ts";
import { labFile } from "../reading/lab-file.ts";
import type { Recording } from "../recordings/recording.ts";
import { cacheOf, thin } from "./core-system.ts";
import { tooFew } from "./distance.ts";
import type { Fitted, LabSystem, ProbeScore, Task } from "./lab-system.ts";

const PYTHON = "/usr/bin/python3";
const MINIMUM_SAMPLES = 20;

let available: boolean | undefined;

/** The features of `baseline` fed to scikit-learn's forest (Debian's python3-sklearn): to show that ours is the same forest. */
export const sklearnForest: LabSystem = {
  name: "sklearn-forest",
  version: 1,
  usesBackground: true,
  calibrated: true,
  applicable: () => true,
  // Elsewhere it takes many minutes and shows the same; --system sklearn-forest runs it anywhere.
  byDefault: (experiment) => experiment === "cmu",
  available: () => {
    available ??= existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import sklearn"], { timeout: 60_000 }).status === 0;
    return available;
  },
  fit,
};

function fit(task: Task, recordings: readonly Recording[]): Fitted<readonly FeatureSet[], number> {
  const system = findSystem("baseline") as System; // safe: core always has it
  const prepare = cacheOf(system, task);
  const background = thin(recordings.map(prepare), task.seed);
  const ids: number[] = [];
  open += 1;
  return {
    prepare,
    close() {
      open -= 1;
      for (const id of ids.splice(0)) void python().forget(id);
      running?.endIfIdle();
    },
    async enrol(pieces, seed) {
      const own = pieces.flat();
      const random = createRandom(seed);
      // Like with like, as baseline does: windows of the same modality.
      const typed = own.filter(({ keystrokes }) => keystrokes > 0).length * 2 >= own.length;
      const pool = background.filter(({ keystrokes }) => keystrokes > 0 === typed);
      const size = Math.min(own.length, pool.length);
      if (size < MINIMUM_SAMPLES) return tooFew(size, MINIMUM_SAMPLES);
      const rows = [...own.slice(-size), ...shuffle([...pool], random).slice(0, size)];
      references += 1;
      const id = references;
      ids.push(id);
      const labels = "1".repeat(size) + "0".repeat(size);
      await python().ask({ op: "enrol", id, ...table(rows), labels, seed });
      return { kind: "enrolled", reference: id };
    },
    async compare(id, probes) {
      const sets = probes.map((pieces) => pieces.flat());
      const rows = sets.flat();
      if (rows.length === 0) return probes.map(() => undefined);
      const { scores: text } = await python().ask({ op: "compare", id, ...table(rows) });
      const scores = toFloats(String(text));
      let from = 0;
      return sets.map((set): ProbeScore | undefined => {
        if (set.length === 0) return undefined;
        const part = scores.subarray(from, from + set.length);
        from += set.length;
        // Laplace's rule on 100 votes, as baseline does.
        const llrs = part.map((p) => Math.log((p * 100 + 1) / ((1 - p) * 100 + 1)));
        return { score: mean(part), llr: mean(llrs) };
      });
    },
  };
}

let references = 0;
/** Fitted systems that may still ask. */
let open = 0;
let running: Python | undefined;

/** One child process for all: it takes longer to start than to train. It ends soon after the last one who may ask it. */
function python(): Python {
  if (running === undefined || running.ended) running = new Python();
  return running;
}

const IDLE_MS = 1000;

/** A child process that answers one line with one line. */
class Python {
  ended = false;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: Record<string, unknown>) => void; reject: (error: Error) => void }[] = [];
  #complaint = "";
  #idle: NodeJS.Timeout | undefined;

  constructor() {
    this.#child = spawn(PYTHON, [labFile("src/systems/sklearn-forest.py")]);
    this.#child.stderr.on("data", (chunk) => {
      this.#complaint = (this.#complaint + String(chunk)).slice(-500);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line));
      this.endIfIdle();
    });
    this.#child.on("exit", () => {
      this.ended = true;
      const error = new LabError("unavailable", `scikit-learn's process ended: ${this.#complaint}`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  ask(message: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  async forget(id: number): Promise<void> {
    try {
      await this.ask({ op: "forget", id });
    } catch {
      // The process has ended and forgotten everything.
    }
  }

  /** Ends the process a moment after nobody may ask any more: the next background often follows at once. */
  endIfIdle(): void {
    clearTimeout(this.#idle);
    if (open > 0 || this.#waiting.length > 0) return;
    this.#idle = setTimeout(() => {
      this.ended = true;
      this.#child.stdin.end();
    }, IDLE_MS);
  }
}

function table(sets: readonly FeatureSet[]): { readonly columns: number; readonly rows: string } {
  const columns = sets[0]?.values.length ?? 0;
  const values = new Float64Array(columns * sets.length);
  sets.forEach((set, i) => {
    values.set(
      set.values.map((x) => (Number.isNaN(x) ? 0 : x)),
      i * columns,
    );
  });
  return { columns, rows: Buffer.from(values.buffer).toString("base64") };
}

function toFloats(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  const floats = new Float64Array(bytes.length / 8);
  for (let i = 0; i < floats.length; i += 1) floats[i] = bytes.readDoubleLE(8 * i);
  return floats;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
