// Builds what pages load: dist/index.js (ESM) or dist/habitus.js (IIFE, global `Habitus`), and beside either dist/custody.js, which both
// load once they capture. dist/local.js is the collector that decides on the device.
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown"; // its result is a twentieth smaller than esbuild's

const folder = fileURLToPath(new URL(".", import.meta.url));

export async function buildCollector({ outdir = `${folder}dist` } = {}) {
  await bundle("src/index.ts", "esm", `${outdir}/index.js`);
  await bundle("src/global.ts", "iife", `${outdir}/habitus.js`);
  await bundle("src/custody.ts", "esm", `${outdir}/custody.js`);
  await bundle("src/local/index.ts", "esm", `${outdir}/local.js`);
}

async function bundle(input, format, file) {
  const bundled = await rolldown({
    cwd: folder,
    input,
    platform: "browser",
    resolve: { conditionNames: ["habitus-source"] },
    transform: { target: "es2022" },
    plugins: [beside],
  });
  try {
    await bundled.write({ file, format, minify: true, comments: false });
  } finally {
    await bundled.close();
  }
}

/** What is loaded later stays a file of its own. */
const beside = {
  name: "beside",
  resolveId: (source, _importer, { kind }) =>
    kind === "dynamic-import" ? { id: source.replace(/\.ts$/, ".js"), external: true } : undefined,
};
