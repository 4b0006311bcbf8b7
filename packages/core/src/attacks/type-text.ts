import type { KeyEvent } from "../events/event.ts";
import { KEY_ZONES, type KeyZone } from "../events/key-zone.ts";
import { gaussian, type Random } from "../math/random.ts";
import { EVEN_MOOD, logNormal, tenth } from "./draw.ts";
import type { Mood, SimulatedPerson } from "./person.ts";
import { drawText } from "./text.ts";

export interface TypeTextOptions {
  /** What to type: a number of keys of made-up text, or these zones. Corrections come on top. */
  readonly keystrokes?: number;
  readonly zones?: readonly KeyZone[];
  readonly startAt: number;
  readonly random: Random;
  /** An average day by default. */
  readonly mood?: Mood;
  /** Number of the first press: 0 by default. A stream counts its presses on. */
  readonly firstPress?: number;
}

interface Stroke {
  readonly zone: KeyZone;
  readonly pressAt: number;
  releaseAt: number;
}

const SHORTEST_INTERVAL_MS = 24;
const SHORTEST_HOLD_MS = 18;
/** The tempo wanders slowly around the day's: this share stays from stroke to stroke, and this is its spread. */
const DRIFT_STAYS = 0.97;
const DRIFT_SPREAD = 0.12;
/** Holds follow the wandering tempo by this share. */
const HOLD_DRIFT = 0.6;
/** Log of the longest hold over the usual one when a key is held on. */
const LINGERS_LONGER = 2;
const REPEAT_AFTER_MS = 500;
const REPEAT_EVERY_MS = 33;

/**
 * Returns the key events, in time order, of this person typing. Each press has its release. Intervals are log-normal around
 * a mean for the pair of zones, with pauses before words, inside them and for thinking; holds are log-normal by zone and may
 * outlast the next press (rollover); mistakes are noticed some keys later, taken back and typed again.
 */
export function typeText(person: SimulatedPerson, options: TypeTextOptions): KeyEvent[] {
  const { keystrokes = 0, startAt, random, mood = EVEN_MOOD, firstPress = 0 } = options;
  if (!Number.isFinite(startAt)) throw new RangeError(`startAt must be finite, got ${startAt}`);
  if (!Number.isInteger(keystrokes) || keystrokes < 0)
    throw new RangeError(`keystrokes must be an integer of at least 0, got ${keystrokes}`);
  const zones = options.zones ?? drawText(keystrokes, person.typing.shift, random);
  const plan = withCorrections(person, zones, random);
  return toEvents(person, strokes(person, plan, { startAt, random, mood }), firstPress);
}

/** Inserts mistakes: some keys go on, then all of them are taken back and come again. */
function withCorrections({ typing }: SimulatedPerson, zones: readonly KeyZone[], random: Random): KeyZone[] {
  const plan: KeyZone[] = [];
  for (let i = 0; i < zones.length; i += 1) {
    const zone = zones[i] ?? "other";
    plan.push(zone);
    if (random() >= typing.errors || isShift(zone)) continue;
    let more = 0;
    while (more < 8 && random() < typing.noticesAfter / (1 + typing.noticesAfter)) more += 1;
    const run = zones.slice(i, i + 1 + more).filter((each) => !isShift(each));
    plan.push(...run.slice(1), ...run.map((): KeyZone => "backspace"), ...run);
    i += more;
  }
  return plan;
}

function strokes(
  { typing }: SimulatedPerson,
  plan: readonly KeyZone[],
  { startAt, random, mood }: { readonly startAt: number; readonly random: Random; readonly mood: Mood },
): Stroke[] {
  const list: Stroke[] = [];
  const intervalSpread = typing.intervalSpread * Math.exp(mood.intervalSpread);
  const holdSpread = typing.holdSpread * Math.exp(mood.holdSpread);
  const pauses = Math.exp(mood.pauses);
  let at = startAt;
  let drift = 0;
  let before: Stroke | undefined;
  for (const zone of plan) {
    drift = DRIFT_STAYS * drift + Math.sqrt(1 - DRIFT_STAYS ** 2) * DRIFT_SPREAD * gaussian(random);
    if (before !== undefined) {
      const pair = typing.pairs[KEY_ZONES.indexOf(before.zone) * KEY_ZONES.length + KEY_ZONES.indexOf(zone)] ?? 0;
      const tempo = typing.intervalMs * Math.exp(mood.interval + drift + pair);
      const interval =
        tempo * Math.exp(intervalSpread * gaussian(random)) +
        drawPause(typing, { before: before.zone, pauses, random });
      at += Math.max(SHORTEST_INTERVAL_MS, interval);
      if (isShift(before.zone)) before.releaseAt = at + 0.55 * typing.holdMs * Math.exp(0.4 * gaussian(random));
      else if (before.releaseAt > at && random() < typing.liftsFirst)
        before.releaseAt = Math.max(before.pressAt + SHORTEST_HOLD_MS, at - 15 * random());
    }
    const zoneHold = typing.holds[KEY_ZONES.indexOf(zone)] ?? 0;
    const lingers = random() < typing.lingers ? LINGERS_LONGER : 0;
    const noise = holdSpread * gaussian(random) + lingers * random();
    const hold = typing.holdMs * Math.exp(mood.hold + HOLD_DRIFT * drift + zoneHold + noise);
    before = { zone, pressAt: at, releaseAt: at + Math.max(SHORTEST_HOLD_MS, hold) };
    list.push(before);
  }
  return list;
}

function drawPause(
  typing: SimulatedPerson["typing"],
  { before, pauses, random }: { readonly before: KeyZone; readonly pauses: number; readonly random: Random },
): number {
  const word = before === "space";
  const chance = random();
  if (word && chance < typing.thinking * pauses) return logNormal(typing.thoughtMs, random);
  const hesitates = chance < (word ? typing.wordPause : typing.innerPause) * pauses;
  return hesitates ? (logNormal(typing.pause, random) - 1) * typing.intervalMs : 0;
}

function toEvents({ typing }: SimulatedPerson, list: readonly Stroke[], firstPress: number): KeyEvent[] {
  const events: KeyEvent[] = [];
  let press = firstPress;
  let shiftMs = 0; // time that repeating saved or cost, for all that follows
  for (let i = 0; i < list.length; i += 1) {
    const stroke = list[i];
    if (stroke === undefined) continue;
    const run = typing.holdsBackspace ? runOfBackspaces(list, i) : 1;
    const last = list[i + run - 1] ?? stroke;
    const note = (phase: KeyEvent["phase"], at: number): void => {
      events.push({
        kind: "key",
        at: scanned(at + shiftMs, typing.scanMs),
        phase,
        zone: stroke.zone,
        press,
        shortcut: false,
      });
    };
    note("down", stroke.pressAt);
    if (run < 4) note("up", stroke.releaseAt);
    else {
      for (let k = 1; k < run; k += 1) note("repeat", stroke.pressAt + REPEAT_AFTER_MS + (k - 1) * REPEAT_EVERY_MS);
      const heldMs = REPEAT_AFTER_MS + (run - 1) * REPEAT_EVERY_MS;
      note("up", stroke.pressAt + heldMs);
      shiftMs += Math.max(0, stroke.pressAt + heldMs - last.pressAt);
      i += run - 1;
    }
    press += 1;
  }
  return events.sort((left, right) => left.at - right.at);
}

/** Returns how many backspaces follow each other from here, or 1 when they are too few to hold the key for. */
function runOfBackspaces(list: readonly Stroke[], from: number): number {
  let run = 0;
  while (list[from + run]?.zone === "backspace") run += 1;
  return run >= 4 ? run : 1;
}

function scanned(at: number, scanMs: number): number {
  return tenth(Math.ceil(at / scanMs) * scanMs);
}

function isShift(zone: KeyZone): boolean {
  return zone === "shiftLeft" || zone === "shiftRight";
}
