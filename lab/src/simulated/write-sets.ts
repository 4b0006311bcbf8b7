import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Keystroke, KeyZone } from "@habitus/core";
import { createPopulation, type SimulatedPerson, session } from "@habitus/core/attacks";
import { seedOf } from "../running/compare.ts";
import { bots } from "./simulated-bots.ts";
import { freeTyping, KEY_OF_ZONE, phraseTyping } from "./simulated-typing.ts";

const PASSWORD: readonly KeyZone[] = [
  "punctuation",
  "leftTop",
  "rightTop",
  "leftTop",
  "digit",
  "leftTop",
  "rightTop",
  "leftHome",
  "rightBottom",
  "rightHome",
  "enter",
];
const NUMBER: readonly KeyZone[] = [...new Array<KeyZone>(10).fill("digit"), "enter"];
const CMU_KEYS = ["period", "t", "i", "e", "five", "Shift.r", "o", "a", "n", "l", "Return"];
/** Repetitions 201 on are the test of every CMU protocol. */
const CMU_REPETITIONS = 210;

/** Writes small simulated data sets in the formats of the public ones into a folder: for tests, and to try the lab without data. */
export function writeSimulatedSets(
  root: string,
  { seed, people: count }: { readonly seed: number; readonly people: number },
): void {
  const people = createPopulation(count, seed);
  writeCmu(join(root, "cmu-password"), people);
  writeAalto(join(root, "aalto-desktop"), people);
  writeMonaco(join(root, "monaco"), people);
  writeSapimouse(join(root, "sapimouse"), people);
  writeBalabit(join(root, "balabit"), people.slice(0, Math.max(4, Math.floor(count / 2))));
  writeCircles(join(root, "delbot-circles"), people);
}

function table(folder: string, name: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), gzipSync(`${lines.join("\n")}\n`));
}

function writeCmu(folder: string, people: readonly SimulatedPerson[]): void {
  const names = CMU_KEYS.flatMap((key, i) => {
    const next = CMU_KEYS[i + 1];
    return next === undefined ? [`H.${key}_ms`] : [`H.${key}_ms`, `DD.${key}.${next}_ms`, `UD.${key}.${next}_ms`];
  });
  const lines = people.flatMap((person, s) =>
    Array.from({ length: CMU_REPETITIONS }, (_, rep) => {
      const typed = phraseTyping(person, PASSWORD, `cmu-${rep}`);
      const timings = typed.flatMap(({ pressAt, releaseAt = pressAt }, i) => {
        const next = typed[i + 1]?.pressAt;
        return [releaseAt - pressAt, ...(next === undefined ? [] : [next - pressAt, next - releaseAt])].map(Math.trunc);
      });
      return [`s${String(s + 1).padStart(3, "0")}`, Math.floor(rep / 50) + 1, (rep % 50) + 1, ...timings].join();
    }),
  );
  table(folder, "cmu_dsl_ms_truncated.csv.gz", [["subject", "sessionIndex", "rep", ...names].join(), ...lines]);
}

function writeAalto(folder: string, people: readonly SimulatedPerson[]): void {
  let id = 0;
  const lines = people.flatMap((person, s) =>
    Array.from({ length: 15 }, (_, sentence) => {
      const from = 1_471_934_000_000 + sentence * 60_000;
      return freeTyping(person, 56, `aalto-${sentence}`).map(({ zone, pressAt, releaseAt = pressAt }) => {
        id += 1;
        const { code } = KEY_OF_ZONE[zone];
        return [s + 5, sentence + 1, id, Math.round(from + pressAt), Math.round(from + releaseAt), "", code].join("\t");
      });
    }).flat(),
  );
  const head = "PARTICIPANT_ID\tTEST_SECTION_ID\tKEYSTROKE_ID\tPRESS_TIME\tRELEASE_TIME\tLETTER\tKEYCODE";
  table(folder, "keystrokes.tsv.gz", [head, ...lines]);
}

function writeMonaco(folder: string, people: readonly SimulatedPerson[]): void {
  const rows = (
    sessions: number,
    type: (person: SimulatedPerson, session: number) => readonly Keystroke[],
    row: (key: Keystroke) => string,
  ): string[] =>
    people.flatMap((person, user) =>
      Array.from({ length: sessions }, (_, session) =>
        type(person, session).map((key) => `${user},${session},${row(key)}`),
      ).flat(),
    );
  const times = ({ pressAt, releaseAt = pressAt }: Keystroke): string =>
    `${Math.round(pressAt)},${Math.round(releaseAt)}`;
  const named = (key: Keystroke): string => `${KEY_OF_ZONE[key.zone].name},${times(key)}`;
  const text = "user,session,keyname,timepress,timerelease";
  table(folder, "free_text.csv.gz", [text, ...rows(6, (person, i) => freeTyping(person, 300, `free-${i}`), named)]);
  table(folder, "fixed_text.csv.gz", [text, ...rows(4, (person, i) => freeTyping(person, 100, `fixed-${i}`), named)]);
  const keypad = rows(
    20,
    (person, i) => phraseTyping(person, NUMBER, `keypad-${i}`),
    (key) => `${times(key)},${KEY_OF_ZONE[key.zone].code},${KEY_OF_ZONE[key.zone].name}`,
  );
  table(folder, "keypad.csv.gz", ["user,session,timepress,timerelease,keycode,keyname", ...keypad]);
  const mobile = rows(
    20,
    (person, i) => phraseTyping(person, NUMBER, `mobile-${i}`),
    (key) => `${named(key)},0.5,120,500,0,0,900,0,0,0,0`,
  );
  table(folder, "mobile.csv.gz", [
    `${text},pressure,tool_major,x,x_acceleration,x_rotation,y,y_acceleration,y_rotation,z_acceleration,z_rotation`,
    ...mobile,
  ]);
}

/** Rows "time in ms, button, state, x, y" of a person pointing and clicking. */
function pointing(person: SimulatedPerson, seconds: number, name: string): [number, string][] {
  const mix = { type: 0, point: 1, scroll: 0, navigate: 0, read: 0 };
  const events = session(person, { startAt: 0, durationMs: 1000 * seconds, seed: seedOf(person.seed, name), mix });
  return events.flatMap((event): [number, string][] => {
    if (event.kind !== "pointer" || event.phase === "cancel") return [];
    const held = event.buttons > 0;
    const state = { move: held ? "Drag" : "Move", down: "Pressed", up: "Released" }[event.phase];
    const button = state === "Move" ? "NoButton" : "Left";
    return [[Math.round(event.at), `${button},${state},${Math.round(event.x)},${Math.round(event.y)}`]];
  });
}

function writeSapimouse(folder: string, people: readonly SimulatedPerson[]): void {
  const lines = people.flatMap((person, s) =>
    (["session_3min", "session_1min"] as const).flatMap((name) =>
      pointing(person, name === "session_3min" ? 120 : 60, name).map(
        ([at, rest]) => `user${s + 1},${name},${at},${rest}`,
      ),
    ),
  );
  table(folder, "sapimouse.csv.gz", ["user,session,client timestamp,button,state,x,y", ...lines]);
}

function writeBalabit(folder: string, people: readonly SimulatedPerson[]): void {
  const head = "session,record timestamp,client timestamp,button,state,x,y";
  const labels: string[] = [];
  people.forEach((person, s) => {
    const rows = (who: SimulatedPerson, name: string, seconds: number): string[] =>
      pointing(who, seconds, name).map(([at, rest]) => `${name},${at / 1000},${at / 1000},${rest}`);
    const training = [0, 1].flatMap((i) => rows(person, `session_${s}_train_${i}`, 120));
    const test = Array.from({ length: 8 }, (_, i) => {
      const illegal = i % 2 === 1;
      const who = illegal ? (people[(s + 1 + (i >> 1)) % people.length] ?? person) : person;
      labels.push(`session_${s}_test_${i},${who === person ? 0 : 1}`);
      return rows(who, `session_${s}_test_${i}`, 40);
    }).flat();
    table(folder, `training_user${s + 1}.csv.gz`, [head, ...training]);
    table(folder, `test_user${s + 1}.csv.gz`, [head, ...test]);
  });
  table(folder, "public_labels.csv.gz", ["filename,is_illegal", ...labels]);
}

function writeCircles(folder: string, people: readonly SimulatedPerson[]): void {
  const human = people.slice(0, 4).flatMap((person, i) =>
    Array.from({ length: 8 }, (_, file) =>
      pointing(person, 12, `circles-${file}`).map(([at, rest]) => {
        const [, state, x, y] = rest.split(",");
        return `circles_human_${i < 2 ? "pc1" : "pc2"},${i}-${file}.txt,1920,1080,${at},${state === "Drag" ? "Move" : state},${x},${y}`;
      }),
    ).flat(),
  );
  table(folder, "circles.csv.gz", ["source_dir,file,resolution_w,resolution_h,t_ms,event,x,y", ...human, ...bots()]);
}
