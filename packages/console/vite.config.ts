import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const page = (path: string): string => new URL(path, import.meta.url).pathname;

/** Two pages: the operators' console, and the subject's own page, which the service serves at `/me/`. */
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  base: "/console/",
  resolve: { conditions: ["habitus-source", "svelte", "module", "browser", "development|production", "default"] },
  plugins: [svelte()],
  build: {
    rollupOptions: { input: [page("index.html"), page("me/index.html")] },
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
