import type { Event } from "@habitus/core/collector";
import { hashName } from "@habitus/wire";
import { expect, test } from "vitest";
import { OPENED } from "./serve.ts";
import { visit } from "./visit.ts";

const here = visit();
const nameKey = Buffer.from(OPENED.nameKey, "base64url");
const label = (name: string): number => hashName(nameKey, name);

/** What a key or a mark tells beside its time. */
const told = (event: Event): unknown => {
  if (event.kind === "phrase") return ["phrase", event.field];
  return event.kind === "key" ? [event.phase, event.zone, event.press, event.shortcut] : event.kind;
};
async function keysAndMarks(): Promise<unknown[]> {
  await here.flush();
  return here.service.events.filter(({ kind }) => kind === "key" || kind === "phrase").map(told);
}

test("a password that the page opens to comparison is told as presses and releases, its keys all as one", async () => {
  await here.start();
  await here.page.focus("[name=passphrase]");
  for (const key of ["KeyQ", "Digit7", "Period", "Space", "Numpad5"]) await here.page.keyboard.press(key);
  const mark = ["phrase", label("sign-in")];
  expect(await keysAndMarks()).toEqual(
    [0, 1, 2, 3, 4].flatMap((press) => [mark, ["down", "space", press, false], ["up", "space", press, false]]),
  );
});

test("what corrects, sends or commands in a phrase is told as elsewhere", async () => {
  await here.start();
  await here.page.focus("[name=sentence]");
  await here.page.keyboard.press("Shift+KeyK");
  for (const key of ["Backspace", "ArrowLeft", "Enter", "Control+KeyA"]) await here.page.keyboard.press(key);
  const zones = (await keysAndMarks()).filter((one) => Array.isArray(one) && one[0] === "down");
  expect(zones.map((one) => (one as unknown[]).slice(1))).toEqual([
    ["shiftLeft", 0, false],
    ["space", 1, false],
    ["backspace", 2, false],
    ["navigation", 3, false],
    ["enter", 4, false],
    ["other", 5, true],
    ["space", 6, true],
  ]);
  expect((await keysAndMarks()).filter((one) => Array.isArray(one) && one[0] === "phrase")).toEqual(
    Array(7).fill(["phrase", label("")]),
  );
});

test("a key of a phrase stays one wherever it is let go, and the next field's keys have their regions again", async () => {
  await here.start();
  await here.page.focus("[name=passphrase]");
  await here.page.keyboard.down("KeyQ");
  await here.page.focus("[name=recipient]");
  await here.page.keyboard.up("KeyQ");
  await here.page.keyboard.press("KeyQ");
  expect(await keysAndMarks()).toEqual([
    ["phrase", label("sign-in")],
    ["down", "space", 0, false],
    ["up", "space", 0, false],
    ["down", "leftTop", 1, false],
    ["up", "leftTop", 1, false],
  ]);
});

test("a phrase is marked though the collector starts after its field has the focus", async () => {
  await here.open();
  await here.page.focus("[name=passphrase]");
  await here.page.evaluate((opened) => {
    window.collector = window.Habitus.start({ endpoint: "", ...opened, consent: true });
  }, OPENED);
  await here.page.keyboard.press("KeyQ");
  expect((await keysAndMarks()).slice(0, 2)).toEqual([
    ["phrase", label("sign-in")],
    ["down", "space", 0, false],
  ]);
});

test("two phrases of the same keys cannot be told apart on the wire, and neither is anywhere in it", async () => {
  const words = ["Quartz7zebra", "Mmmmmm0mmmmm"];
  const seen: unknown[][] = [];
  for (const word of words) {
    await here.start();
    await here.page.focus("[name=passphrase]");
    await here.page.keyboard.type(word);
    await here.page.keyboard.press("Enter");
    seen.push(await keysAndMarks());
    for (const { body } of here.service.received) for (const one of words) expect(body).not.toContain(one);
    await here.page.evaluate(() => window.collector.withdraw());
    await here.page.context().close();
    here.service.reset();
  }
  expect(seen[0]?.length).toBeGreaterThan(36);
  expect(seen[0]).toEqual(seen[1]);
});

test("pasted, a phrase is told as a paste, never what", async () => {
  await here.start();
  await here.page.evaluate(() => navigator.clipboard.writeText("Quartz7zebra"));
  await here.page.focus("[name=passphrase]");
  await here.page.keyboard.press("Control+KeyV");
  await here.flush();
  expect(here.service.events.filter(({ kind }) => kind === "edit").map((event) => event.kind)).toEqual(["edit"]);
  expect(here.service.received.map(({ body }) => body).join()).not.toContain("Quartz");
});

test("in an ignored region nothing is observed, whatever the field asks for", async () => {
  await here.start();
  await here.page.focus("[name=hidden]");
  await here.page.keyboard.type("abc");
  expect(await keysAndMarks()).toEqual([]);
});
