// Builds every package into its dist/. Incremental: a package is built again only when something it is made of changed.
// Usage: node tools/build.mjs [--if-stale] [--force]
// --if-stale is what the command line asks before each run: quietly, and pages only when they were never built.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const force = process.argv.includes("--force");
const quiet = process.argv.includes("--if-stale");

/** In the order of who needs whom: a page is bundled from sources, so it depends on all that it bundles. */
const units = [
  library("packages/core"),
  library("packages/wire", ["packages/core"]),
  custom("packages/collector", ["packages/core", "packages/wire"]),
  library("packages/client", ["packages/wire"]),
  library("packages/server", ["packages/core", "packages/wire"]),
  library("lab", ["packages/core", "packages/wire"]),
  page("packages/console", ["packages/wire", "packages/core"]),
  page("demo", ["packages/collector", "packages/console/src", "packages/wire", "packages/core"]),
  library("demo", ["packages/client", "packages/wire", "packages/core"]),
  library("packages/cli", ["packages/client", "packages/core", "packages/wire"]),
].filter((unit) => unit !== undefined);

const stale = units
  .filter((unit) => force || unit.isStale())
  .filter((unit) => !quiet || !unit.isPage || !existsSync(unit.stamp));
for (const unit of stale) {
  const start = performance.now();
  const startedAt = new Date();
  await unit.build();
  writeFileSync(unit.stamp, startedAt.toISOString());
  utimesSync(unit.stamp, startedAt, startedAt); // what changed meanwhile is built next time
  if (!quiet) console.log(`built ${unit.name} in ${Math.round(performance.now() - start)} ms`);
}

function library(folder, needs = []) {
  const manifest = readManifest(folder);
  if (manifest === undefined) return undefined;
  const entries = {};
  for (const { default: output, "habitus-source": source } of Object.values(manifest.exports ?? {})) {
    if (!existsSync(join(root, folder, source))) return undefined; // nothing written yet
    entries[relative("dist", output).replace(/\.js$/, "")] = join(root, folder, source);
  }
  return unitOf(folder, "library", needs, async () => {
    const { build } = await import("esbuild");
    await build({
      absWorkingDir: join(root, folder),
      bundle: true,
      splitting: true,
      entryPoints: entries,
      format: "esm",
      logLevel: "warning",
      outdir: "dist",
      packages: "external",
      platform: folder === "packages/core" || folder === "packages/wire" ? "neutral" : "node",
      sourcemap: true,
      target: "es2022",
    });
  });
}

/** A package that knows how to build itself: `build.mjs` exports one function. */
function custom(folder, needs) {
  const script = join(root, folder, "build.mjs");
  if (!existsSync(script)) return undefined;
  return unitOf(folder, "bundle", needs, async () => {
    const [run] = Object.values(await import(pathToFileURL(script).href));
    await run();
  });
}

function page(folder, needs) {
  const config = join(root, folder, "vite.config.ts");
  if (!existsSync(config)) return undefined;
  return unitOf(folder, "page", needs, async () => {
    const { build } = await import("vite");
    await build({ configFile: config, logLevel: "warn" });
  });
}

function unitOf(folder, kind, needs, build) {
  const dist = join(root, folder, "dist");
  const stamp = join(dist, `.built-${kind}`);
  return {
    name: `${folder} (${kind})`,
    isPage: kind === "page",
    stamp,
    isStale() {
      if (!existsSync(stamp)) return true;
      const built = statSync(stamp).mtimeMs;
      const lock = join(root, "package-lock.json");
      const inputs = [folder, ...needs].map((path) => join(root, path));
      return newest(lock) > built || inputs.some((path) => newest(path) > built);
    },
    async build() {
      mkdirSync(dist, { recursive: true });
      rmSync(stamp, { force: true });
      await build();
    },
  };
}

/** Returns when anything under the path was last changed, leaving out what is made or downloaded. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name === "test" || entry.name === "out")
      continue;
    if (entry.name.endsWith(".test.ts") || entry.name.endsWith(".md")) continue;
    latest = Math.max(latest, newest(join(path, entry.name)));
  }
  return latest;
}

function readManifest(folder) {
  const path = join(root, folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}
