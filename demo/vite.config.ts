import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: new URL("./web", import.meta.url).pathname,
  resolve: { conditions: ["habitus-source", "svelte", "module", "browser", "development|production", "default"] },
  plugins: [svelte()],
  build: { outDir: "../dist/web", emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
