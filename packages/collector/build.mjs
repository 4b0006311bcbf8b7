// Builds the two single files that pages load: dist/index.js (ESM) and dist/habitus.js (IIFE, global `Habitus`).
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown"; // its result is a twentieth smaller than esbuild's

const folder = fileURLToPath(new URL(".", import.meta.url));

export async function buildCollector({ outdir = `${folder}dist` } = {}) {
  await bundle("src/index.ts", "esm", `${outdir}/index.js`);
  await bundle("src/global.ts", "iife", `${outdir}/habitus.js`);
}

async function bundle(input, format, file) {
  const bundled = await rolldown({
    cwd: folder,
    input,
    platform: "browser",
    resolve: { conditionNames: ["habitus-source"] },
    transform: { target: "es2022" },
  });
  try {
    await bundled.write({ file, format, minify: true, comments: false });
  } finally {
    await bundled.close();
  }
}
