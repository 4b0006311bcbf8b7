import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
/** From the bundle in dist/ and from the sources. */
const PACKAGES = [join(HERE, "../.."), join(HERE, "../../..")];

/** Returns the folder of the console's built pages, or undefined where it was not built. */
export function consoleDir(): string | undefined {
  const candidates = PACKAGES.flatMap((packages) => [
    join(packages, "console/dist/web"),
    join(packages, "console/dist"),
  ]);
  return candidates.find((dir) => existsSync(join(dir, "index.html")));
}
