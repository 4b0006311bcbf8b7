// Says which imports break the house's rules. The rules are data: tools/layers.json.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root, sources } from "./repository.mjs";

const rules = JSON.parse(readFileSync(join(root, "tools/layers.json"), "utf8"));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

export function checkLayers() {
  return sources(["packages", "lab"], [".ts", ".svelte"])
    .filter((file) => !/\.test\.ts$|\/test\/|\/bench\/|\/vectors\/|vite\.config|\.d\.ts$/.test(file))
    .flatMap((file) => brokenImports(file, readFileSync(join(root, file), "utf8")));
}

/** Returns what is wrong with the imports of a file, one sentence each. */
export function brokenImports(file, text) {
  const name = file.startsWith("lab/") ? "lab" : file.split("/")[1];
  const rule = rules.packages[name];
  if (rule === undefined || !/\/src\//.test(file)) return [];
  const problems = [];
  for (const [, fixed, dynamic] of text.matchAll(IMPORT)) {
    const target = fixed ?? dynamic;
    if (target.startsWith(".")) {
      if (leaves(file, target)) problems.push(`${file} imports ${target}, which is another package's: use its name`);
      else if (name === "core") problems.push(...checkRoad(file, target));
    } else if (target.startsWith("@habitus/")) {
      const allowed =
        (rule.may.includes(target) && isInItsRoom(rule, file, target)) ||
        (dynamic !== undefined && rule.atRunTime?.includes(target));
      if (!allowed) problems.push(`${file} imports ${target}: ${name} may not`);
    } else if (rule.only?.[target] !== undefined) {
      if (!rule.only[target].some((end) => file.endsWith(end))) problems.push(`${file} imports ${target}`);
    } else if (!rule.libraries) problems.push(`${file} imports ${target}: ${name} has no dependency`);
  }
  return problems;
}

/** Some may be imported from one folder of the package alone. */
function isInItsRoom(rule, file, target) {
  const folder = rule.from?.[target];
  return folder === undefined || file.includes(`/src/${folder}/`);
}

/** The first two parts of a path are its package, the first alone is the lab. */
function leaves(file, target) {
  const home = file.startsWith("lab/") ? "lab" : file.split("/", 2).join("/");
  return !join(dirname(file), target).startsWith(`${home}/`);
}

/** Inside core a folder may import only folders before it on the road. */
function checkRoad(file, target) {
  const base = join(root, "packages/core/src");
  const from = relative(base, join(root, file)).split("/")[0];
  const to = relative(base, join(dirname(join(root, file)), target)).split("/")[0];
  if (from === "index.ts" || from === to)
    return to === "attacks" && from === "index.ts" ? [`${file} imports attacks`] : [];
  if (!existsSync(join(dirname(join(root, file)), target))) return [`${file} imports ${target}, which does not exist`];
  const { road, side, everybodyMay, extra } = rules.core;
  const place = road.indexOf(from);
  const allowed =
    everybodyMay.includes(to) ||
    extra[from]?.includes(to) ||
    (place >= 0 ? road.indexOf(to) >= 0 && road.indexOf(to) < place : side[from]?.includes(to));
  return allowed ? [] : [`${file} imports ${to}: ${from} may not`];
}
