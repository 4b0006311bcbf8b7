// Prints how near the simulated people come to recorded ones, as the table in src/attacks/README.md. From the root of the repository:
// npx esbuild packages/core/fit/compare-simulated.ts --bundle --platform=node --format=esm --log-level=warning | node --input-type=module - --data DIR
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPopulation, session, typeText } from "../src/attacks/index.ts";
import { pairKeystrokes } from "../src/events/keystrokes.ts";
import type { Keystroke } from "../src/events/segment.ts";
import { createRandom } from "../src/math/random.ts";
import { moments } from "../src/math/stats.ts";
import { readSapiMouse } from "./read-sapimouse.ts";
import { groupRows, readTable } from "./read-table.ts";

const { values } = parseArgs({ options: { data: { type: "string" } } });
if (values.data === undefined) {
  console.error("usage: compare-simulated --data DIR, a folder with aalto-desktop/ and sapimouse/");
  process.exit(2);
}
const folder = values.data;

/** Gaps of more than this lie between two sentences, or the typist left. */
const LONGEST_INTERVAL_MS = 5_000;
const LONGEST_HOLD_MS = 2_000;
const PEOPLE = 300;

interface Step {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}
type Figures = Readonly<Record<string, number>>;

const people = createPopulation(PEOPLE, 3);
const typedBySimulated = people.map((person) =>
  typing([pairKeystrokes(typeText(person, { keystrokes: 630, startAt: 0, random: createRandom(person.seed) }))]),
);
const mix = { type: 0, scroll: 0, navigate: 0, read: 0.02, point: 1 };
const movedBySimulated = people.map((person) =>
  pointing(
    session(person, { startAt: 0, durationMs: 180_000, seed: 1, mix }).flatMap((event) =>
      event.kind === "pointer" && event.phase === "move" ? [event] : [],
    ),
  ),
);
console.log("| | simulated | recorded |\n|---|---|---|");
print("typing, Aalto", typedBySimulated, readAalto());
const recorded = [...readSapiMouse(join(folder, "sapimouse/sapimouse.csv.gz")).values()];
print(
  "pointing, SapiMouse",
  movedBySimulated,
  recorded.map((sessions) => pointing(sessions.get("session_3min") ?? [])),
);

function typing(sections: readonly (readonly Keystroke[])[]): Figures {
  const intervals: number[] = [];
  const holds: number[] = [];
  let over = 0;
  let back = 0;
  for (const keys of sections)
    keys.forEach((key, i) => {
      const before = keys[i - 1];
      holds.push((key.releaseAt ?? key.pressAt) - key.pressAt);
      back += key.zone === "backspace" ? 1 : 0;
      if (before === undefined || key.pressAt - before.pressAt >= LONGEST_INTERVAL_MS) return;
      intervals.push(key.pressAt - before.pressAt);
      over += key.pressAt < (before.releaseAt ?? 0) ? 1 : 0;
    });
  return {
    "mean interval, ms": moments(intervals).mean,
    "median interval, ms": quantile(intervals, 0.5),
    "standard deviation of intervals, ms": moments(intervals).std,
    "mean hold, ms": moments(holds).mean,
    "standard deviation of holds, ms": moments(holds).std,
    "share of intervals with rollover": over / intervals.length,
    "share of backspace": back / holds.length,
  };
}

function pointing(moves: readonly Step[]): Figures {
  const distances: number[] = [];
  const speeds: number[] = [];
  const rests: number[] = [];
  moves.slice(1).forEach((move, i) => {
    const before = moves[i];
    if (before === undefined) return;
    const distance = Math.hypot(move.x - before.x, move.y - before.y);
    const elapsed = move.at - before.at;
    distances.push(distance);
    if (elapsed > 0) speeds.push((1000 * distance) / elapsed);
    if (elapsed > 200) rests.push(elapsed);
  });
  return {
    "mean step, px": moments(distances).mean,
    "mean speed, px/s": moments(speeds).mean,
    "median speed, px/s": quantile(speeds, 0.5),
    "standard deviation of speeds, px/s": moments(speeds).std,
    "median rest over 200 ms, ms": quantile(rests, 0.5),
  };
}

function readAalto(): Figures[] {
  const rows = readTable(join(folder, "aalto-desktop/keystrokes.tsv.gz"), "\t");
  const sections = groupRows(
    rows.flatMap(([person = "", section = "", , press, release, , code]) => {
      const pressAt = Number(press);
      const releaseAt = Number(release);
      if (!(releaseAt > pressAt && releaseAt - pressAt < LONGEST_HOLD_MS)) return [];
      const key: Keystroke = { zone: code === "8" ? "backspace" : "other", pressAt, releaseAt };
      return [[person, section, key] as const];
    }),
  );
  return [...sections.values()].map((own) =>
    typing([...own.values()].map((keys) => keys.sort((left, right) => left.pressAt - right.pressAt))),
  );
}

function print(title: string, simulated: readonly Figures[], recorded: readonly Figures[]): void {
  console.log(`| **${title}** | ${simulated.length} people | ${recorded.length} people |`);
  for (const name of Object.keys(simulated[0] ?? {}))
    console.log(`| ${name} | ${spread(simulated, name)} | ${spread(recorded, name)} |`);
}

function spread(figures: readonly Figures[], name: string): string {
  const all = figures.map((figure) => figure[name] ?? Number.NaN);
  const [low, middle, high] = [0.05, 0.5, 0.95].map((share) => Number(quantile(all, share).toPrecision(3)));
  return `${middle} (${low} to ${high})`;
}

function quantile(all: readonly number[], share: number): number {
  const sorted = [...all].sort((left, right) => left - right);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}
