/** Writes index.js (ESM) and habitus.js (IIFE, global `Habitus`) to a folder, `dist` beside this file unless told. */
export function buildCollector(options?: { readonly outdir?: string }): Promise<void>;
