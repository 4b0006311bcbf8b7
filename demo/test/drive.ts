import { setTimeout as sleep } from "node:timers/promises";
import { KEY_ZONES, type KeyZone, keyZone } from "@habitus/core";
import type { CDPSession, Locator, Page } from "playwright-core";
import type { Person } from "./people.ts";

const NAMED: Readonly<Record<string, { readonly key: string; readonly code: number; readonly text?: string }>> = {
  Space: { key: " ", code: 32, text: " " },
  ShiftLeft: { key: "Shift", code: 16 },
  ShiftRight: { key: "Shift", code: 16 },
  Backspace: { key: "Backspace", code: 8 },
  Enter: { key: "Enter", code: 13, text: "\r" },
  ArrowLeft: { key: "ArrowLeft", code: 37 },
  ArrowRight: { key: "ArrowRight", code: 39 },
  Comma: { key: ",", code: 188, text: "," },
  Period: { key: ".", code: 190, text: "." },
  Slash: { key: "/", code: 191, text: "/" },
};
const CODES = [
  ...[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `Key${letter}`),
  ...[..."0123456789"].map((digit) => `Digit${digit}`),
  ...Object.keys(NAMED),
];
/** Some key of each zone: which one it was, no recording says here. Tab and the rest would leave the field. */
const CODES_OF = new Map<KeyZone, string[]>(
  KEY_ZONES.map((zone) => [zone, CODES.filter((code) => keyZone(code) === zone)]),
);

interface Step {
  readonly at: number;
  readonly run: (timestamp: number) => Promise<unknown>;
}

/**
 * Does what the person did, with their own timing: first the moves, then the keys, as input of the browser itself, so that the
 * page gets trusted events. Stops early when `isOver` says so. The browser gets each event's own time, so a busy machine does
 * not blur a rhythm.
 */
export async function act(page: Page, person: Person, isOver: () => boolean = () => false): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await play(moveSteps(cdp, person), isOver);
  await play(keySteps(cdp, person), isOver);
  await cdp.detach();
}

async function play(steps: readonly Step[], isOver: () => boolean): Promise<void> {
  const first = steps[0]?.at ?? 0;
  const startAt = Date.now() + 50;
  const pending: Promise<unknown>[] = [];
  for (const { at, run } of steps) {
    const due = startAt + at - first;
    const waitMs = due - Date.now();
    if (waitMs > 0) await sleep(waitMs);
    if (isOver()) break;
    pending.push(run(due / 1000));
  }
  await Promise.all(pending);
}

function moveSteps(cdp: CDPSession, { moves }: Person): Step[] {
  return moves.map(({ at, x, y }) => ({
    at,
    run: (timestamp) =>
      cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y, timestamp, pointerType: "mouse" }),
  }));
}

function keySteps(cdp: CDPSession, { keys }: Person): Step[] {
  const freeAt = new Map<string, number>();
  const steps = keys.flatMap(({ zone, pressAt, releaseAt }): Step[] => {
    const codes = CODES_OF.get(zone) ?? [];
    const code = codes.find((one) => (freeAt.get(one) ?? Number.NEGATIVE_INFINITY) < pressAt);
    if (code === undefined) return [];
    freeAt.set(code, releaseAt);
    return [
      { at: pressAt, run: (timestamp) => cdp.send("Input.dispatchKeyEvent", { ...press(code), timestamp }) },
      { at: releaseAt, run: (timestamp) => cdp.send("Input.dispatchKeyEvent", { ...release(code), timestamp }) },
    ];
  });
  return steps.sort((left, right) => left.at - right.at);
}

function press(code: string) {
  const { text, ...rest } = describeKey(code);
  return { ...rest, type: text === undefined ? ("rawKeyDown" as const) : ("keyDown" as const), ...(text && { text }) };
}

function release(code: string) {
  const { text: _, ...rest } = describeKey(code);
  return { ...rest, type: "keyUp" as const };
}

function describeKey(code: string): { code: string; key: string; windowsVirtualKeyCode: number; text?: string } {
  const named = NAMED[code];
  if (named !== undefined) {
    const { key, code: number, text } = named;
    return { code, key, windowsVirtualKeyCode: number, ...(text && { text }) };
  }
  const character = code.slice(-1);
  return {
    code,
    key: character.toLowerCase(),
    windowsVirtualKeyCode: character.charCodeAt(0),
    text: character.toLowerCase(),
  };
}

/** Notes when the page asks the person to confirm who they are. */
export function whenAsked(page: Page): { readonly isAsked: () => boolean; readonly dialog: Locator } {
  const dialog = page.getByRole("dialog");
  let asked = false;
  void dialog.waitFor({ timeout: 120_000 }).then(
    () => {
      asked = true;
    },
    () => undefined,
  );
  return { isAsked: () => asked, dialog };
}
