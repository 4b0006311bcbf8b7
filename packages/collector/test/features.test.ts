import type { Event } from "@habitus/core";
import { findReader } from "@habitus/core";
import { decodeReadings, type Shapes, type WireReadings } from "@habitus/wire";
import { expect, test } from "vitest";
import { visit } from "./visit.ts";

const here = visit();
const reader = findReader("habitus-features@1");
const SHAPES: Shapes = {
  window: { extractor: "habitus-features@1", length: 1261 },
  usage: { extractor: "usage@1", length: 36 },
  touch: { extractor: "touch@1", length: 27 },
};
const SENTENCE = "the quick brown fox jumps over the lazy dog and then it sleeps until noon ";

async function type(text: string, field = "[name=message]"): Promise<void> {
  await here.page.focus(field);
  await here.page.keyboard.type(text, { delay: 12 });
}
/** What was sent, opened. */
function sent(): WireReadings[] {
  return here.service.received.map(({ text }) => JSON.parse(text) as WireReadings);
}
function windows() {
  return sent().flatMap((batch) =>
    decodeReadings(batch, SHAPES).readings.flatMap((one) => (one.kind === "window" ? [one.set] : [])),
  );
}

test("feature sets leave the page, and no event does", async () => {
  await here.start({ tier: "features" });
  await type(SENTENCE);
  await here.flush();
  expect(windows().filter(({ keystrokes }) => keystrokes === 50).length).toBeGreaterThanOrEqual(1);
  for (const { text, body, isSigned } of here.service.received) {
    const batch = JSON.parse(text);
    expect(Object.keys(batch).sort()).toEqual(["g", "lost", "n", "r", "seq", "stream", "t", "u", "v", "x"]);
    expect(batch.v).toBe(2);
    expect(isSigned).toBe(true);
    expect(Object.keys(JSON.parse(body)).sort()).toEqual(["c", "k", "n", "s"]);
  }
  expect(sent().reduce((sum, { n }) => sum + n[1], 0)).toBe(SENTENCE.length);
});

test("of the body that travels nothing can be read: no member of what was sealed, no two alike", async () => {
  await here.start({ tier: "features" });
  await type(SENTENCE);
  await here.flush();
  await type("again ");
  await here.flush();
  const bodies = here.service.received.map(({ body }) => body);
  for (const body of bodies)
    for (const member of ['"stream"', '"readings"', "habitus-features", '"seq"', '"r":', '"f":'])
      expect(body).not.toContain(member);
  expect(new Set(bodies).size).toBe(bodies.length);
});

test("the page comes to the numbers that a service would come to, to the last bit", async () => {
  if (reader === undefined) throw new Error("the default system has a reader");
  await here.start({ tier: "events" });
  await type(SENTENCE);
  const events: Event[] = [...(await here.sent("key")), ...(await here.sent("focus"))];
  expect(events.length).toBeGreaterThan(100);
  // The same events once more, through the file that the page loads.
  const all = [...here.service.events];
  const quantumMs = 0.1;
  const expected = reader.read(reader.initial(), all, quantumMs).readings;
  const made: string = await here.page.evaluate(`(async () => {
    const { openCustody } = await import(location.origin + "/custody.js");
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const sealKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const custody = await openCustody({ session: "another", tier: "features", reader: "habitus-features@1", sealKey });
    return JSON.stringify(custody.make({ stream: 1, seq: 0, quantumMs: 0.1, lost: 0, events: ${JSON.stringify(all)} }));
  })()`);
  expect(decodeReadings(JSON.parse(made) as WireReadings, SHAPES).readings).toEqual(expected);
});

test("a window that a change of pages cuts in two is finished on the next page of the session", async () => {
  await here.start({ tier: "features" });
  await type(SENTENCE.slice(0, 40));
  await here.flush();
  await here.page.goto(`${here.service.origin}/konto/2`);
  expect(windows().filter(({ keystrokes }) => keystrokes === 50)).toEqual([]);
  await here.restart({ tier: "features" });
  await type(SENTENCE.slice(0, 40));
  await here.flush();
  expect(windows().filter(({ keystrokes }) => keystrokes === 50).length).toBe(2); // 80 keys: 1 to 50, 26 to 75
  expect(await here.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

test("what is unfinished is forgotten when consent is withdrawn, and when the collector stops", async () => {
  for (const end of ["withdraw", "stop"] as const) {
    await here.start({ tier: "features" });
    await type("some text ");
    await here.page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange")); // a script's: it is not heard
    });
    await here.page.evaluate(async (name) => void (await window.collector[name]()), end);
    expect(await here.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  }
});

test("a reader that the page does not have ends capture and says why; nothing is sent", async () => {
  await here.start({ tier: "features", reader: "habitus-features@9" });
  await expect.poll(async () => (await here.status()).state).toBe("refused");
  expect((await here.status()).problem).toBe("wrong-reader");
  await type("text");
  expect(here.service.received).toEqual([]);
});

test("a page outside https is refused at the start, with what to do", async () => {
  await here.open();
  const said = await here.page.evaluate((opened) => {
    Object.defineProperty(crypto, "subtle", { value: undefined });
    try {
      window.Habitus.start({ ...opened, endpoint: "", consent: true });
      return "";
    } catch (error) {
      return error instanceof TypeError ? error.message : "";
    }
  }, here.opened);
  expect(said).toContain("https");
});
