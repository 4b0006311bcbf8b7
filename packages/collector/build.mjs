// Builds the two single files that pages load: dist/index.js (ESM) and dist/habitus.js (IIFE, global `Habitus`).
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export async function buildCollector() {
  const shared = {
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    bundle: true,
    conditions: ["habitus-source"],
    entryPoints: ["src/index.ts"],
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    target: "es2020",
  };
  await build({ ...shared, format: "esm", outfile: "dist/index.js" });
  await build({ ...shared, format: "iife", globalName: "Habitus", outfile: "dist/habitus.js" });
}
