// Says which links and commands in the documentation lead nowhere.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { files, root } from "./repository.mjs";

export function checkDocs() {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return files()
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link]) => link);
      const dead = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(file), link)));
      const commands = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
      return [
        ...dead.map((link) => `${file} links to ${link}, which does not exist`),
        ...commands.filter((name) => scripts[name] === undefined).map((name) => `${file} names npm run ${name}`),
      ];
    });
}
