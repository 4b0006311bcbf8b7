import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Table {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly probes: readonly (readonly number[])[];
}

/** scikit-learn's forest with one job: 100 trees, depth 10. */
export interface Sklearn {
  readonly version: string;
  readonly fit: (seed: number) => Promise<{ readonly ms: number; readonly scores: readonly number[] }>;
  /** Median duration of one call of `predict_proba` with one row. */
  readonly rowMs: (repeats: number) => Promise<number>;
  readonly close: () => void;
}

/** Starts a Python that has scikit-learn: `HABITUS_PYTHON`, the system's, the one in PATH. Undefined where none has it. */
export async function startSklearn({ rows, labels, probes }: Table): Promise<Sklearn | undefined> {
  const candidates = [process.env.HABITUS_PYTHON, "/usr/bin/python3", "python3"];
  const python = candidates.find((path) => path && spawnSync(path, ["-c", "import sklearn"]).status === 0);
  if (python === undefined) return undefined;

  const child = spawn(python, [join(process.cwd(), "tools/bench/peer-forest.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <Answer>(message: object): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("scikit-learn's process ended: its message stands above");
    return JSON.parse(value);
  };
  const { version } = await ask<{ version: string }>({ op: "load", rows, labels, probes });
  return {
    version,
    fit: (seed) => ask({ op: "fit", seed }),
    rowMs: async (repeats) => (await ask<{ ms: number }>({ op: "row", repeats })).ms,
    close: () => child.stdin.end(),
  };
}
