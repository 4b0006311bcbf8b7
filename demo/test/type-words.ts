import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, gaussian } from "@habitus/core";
import type { Page } from "playwright-core";

/** How somebody types the words: a rhythm of their own, and how much it varies. */
export interface WordsHabit {
  readonly seed: number;
  readonly gapMs: number;
  readonly holdMs: number;
}
export const HER: WordsHabit = { seed: 3, gapMs: 150, holdMs: 95 };
export const HIM: WordsHabit = { seed: 9, gapMs: 260, holdMs: 60 };

/** Types the words and Enter into the field that has the focus, as input of the browser itself, each key at its own time. */
export async function typeWords(
  page: Page,
  words: string,
  { seed, gapMs, holdMs }: WordsHabit,
  turn = 0,
): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const usual = createRandom(seed);
  const today = createRandom(seed + 1000 * (turn + 1));
  const steps: { at: number; run: (timestamp: number) => Promise<unknown> }[] = [];
  let at = 0;
  for (const character of [...words, "\r"]) {
    const held = holdMs * Math.exp(0.25 * gaussian(usual)) * Math.exp(0.1 * gaussian(today));
    const key = keyOf(character);
    const { text: _, ...up } = key;
    steps.push({ at, run: (timestamp) => cdp.send("Input.dispatchKeyEvent", { ...key, type: "keyDown", timestamp }) });
    steps.push({
      at: at + held,
      run: (timestamp) => cdp.send("Input.dispatchKeyEvent", { ...up, type: "keyUp", timestamp }),
    });
    at += gapMs * Math.exp(0.4 * gaussian(usual)) * Math.exp(0.1 * gaussian(today));
  }
  steps.sort((left, right) => left.at - right.at);
  const startAt = Date.now() + 30;
  const pending: Promise<unknown>[] = [];
  for (const step of steps) {
    await sleep(Math.max(0, startAt + step.at - Date.now()));
    pending.push(step.run((startAt + step.at) / 1000));
  }
  await Promise.all(pending);
  await cdp.detach();
}

function keyOf(character: string): { code: string; key: string; text: string; windowsVirtualKeyCode: number } {
  if (character === "\r") return { code: "Enter", key: "Enter", text: "\r", windowsVirtualKeyCode: 13 };
  if (character === " ") return { code: "Space", key: " ", text: " ", windowsVirtualKeyCode: 32 };
  const capital = character.toUpperCase();
  return { code: `Key${capital}`, key: character, text: character, windowsVirtualKeyCode: capital.charCodeAt(0) };
}
