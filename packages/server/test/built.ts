import { type ChildProcess, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type PluginBuild } from "esbuild";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Returns the path of the service, or of another program, bundled into one file that Node can run by itself. */
export async function buildService(name: string, entry = "../src/main.ts"): Promise<string> {
  const outfile = at(`../../../node_modules/.cache/habitus-server-${name}.mjs`);
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [at(entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["habitus-source"],
    plugins: [{ name: "own sources only", setup: leaveLibrariesOut }],
    logLevel: "silent",
  });
  return outfile;
}

function leaveLibrariesOut({ onResolve }: PluginBuild): void {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === "entry-point" || path.startsWith("@habitus/") ? undefined : { external: true },
  );
}

export interface RunningService {
  readonly process: ChildProcess;
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly output: () => string;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the bundled service in a process of its own; resolves when it listens. */
export async function runService(
  file: string,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<RunningService> {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, HABITUS_DATA_DIR: dataDir, HABITUS_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /listens on (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => reject(new Error(`the service did not start: ${output}`)));
  });
  const apiKey = /shown only now: (\S+)/.exec(output)?.[1];
  return { process: child, url, apiKey, output: () => output, ended };
}
