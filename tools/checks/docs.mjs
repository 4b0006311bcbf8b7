// Says which links, paths and commands in the documentation lead nowhere.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { files, root, sources } from "./repository.mjs";

export function checkDocs() {
  const known = { scripts: npmScripts(), commands: habitusCommands() };
  return files()
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => brokenPointers(file, readFileSync(join(root, file), "utf8"), known));
}

/** Returns what a document points to and is not there, one sentence each. */
export function brokenPointers(file, text, { scripts, commands }) {
  const code = [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block ?? span);
  const named = (pattern) => code.flatMap((part) => [...part.matchAll(pattern)].map(([, name]) => name));
  return [
    ...[...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
      .map(([, link]) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, text, link))
      .map((link) => `${file} links to ${link}, which does not exist`),
    ...named(/^((?:packages|lab|demo|docs|tools)\/[\w./-]+)$/g)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file} names ${path}, which does not exist`),
    ...named(/npm run ([\w:-]+)/g)
      .filter((name) => !scripts.has(name))
      .map((name) => `${file} names npm run ${name}, which package.json does not have`),
    ...named(/(?:^|[\n$(]|npx )\s*habitus ([a-z]+)/g)
      .filter((name) => !commands.has(name))
      .map((name) => `${file} names habitus ${name}, which is no command`),
  ];
}

function leadsSomewhere(file, text, link) {
  const [path, anchor] = link.split("#");
  const target = path === "" ? file : join(dirname(file), path);
  if (path !== "" && !existsSync(join(root, target))) return false;
  if (anchor === undefined || !target.endsWith(".md")) return true;
  const other = path === "" ? text : readFileSync(join(root, target), "utf8");
  return [...other.matchAll(/^#+ (.+)$/gm)].some(([, heading]) => anchorOf(heading) === anchor);
}

function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function npmScripts() {
  return new Set(Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts));
}

/** The first word of each command that the sources define, and commander's own. */
function habitusCommands() {
  const texts = sources(["packages/cli/src"], [".ts"]).map((file) => readFileSync(join(root, file), "utf8"));
  return new Set([
    "help",
    ...texts.flatMap((text) => [...text.matchAll(/\.command\("(\w+)/g)].map(([, name]) => name)),
  ]);
}
