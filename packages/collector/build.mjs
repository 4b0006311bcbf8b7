// Builds the two single files that pages load: dist/index.js (ESM) and dist/habitus.js (IIFE, global `Habitus`).
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export async function buildCollector({ outdir = "dist" } = {}) {
  const shared = {
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    bundle: true,
    conditions: ["habitus-source"],
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    target: "es2022",
  };
  await build({ ...shared, entryPoints: ["src/index.ts"], format: "esm", outfile: `${outdir}/index.js` });
  await build({ ...shared, entryPoints: ["src/global.ts"], format: "iife", outfile: `${outdir}/habitus.js` });
}
