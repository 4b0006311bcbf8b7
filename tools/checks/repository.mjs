// The files that git knows, and those it does not know yet and does not ignore.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function files() {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  return list.split("\n").filter((file) => file !== "" && existsSync(join(root, file)));
}

export function sources(folders, endings) {
  return files().filter(
    (file) =>
      folders.some((folder) => file.startsWith(`${folder}/`)) && endings.some((ending) => file.endsWith(ending)),
  );
}
