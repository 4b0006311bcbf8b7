import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export { type Bank, type BankOptions, createBank } from "./bank.ts";

/** Folder of the built pages, from the sources as from dist/. Throws when they were not built. */
export function webDir(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = [join(here, "../web"), join(here, "../dist/web")].find((dir) => existsSync(join(dir, "assets")));
  if (found === undefined) throw new Error("the demo's pages are not built: run npm run build");
  return found;
}
