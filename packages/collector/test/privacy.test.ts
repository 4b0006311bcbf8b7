import { expect, test } from "vitest";
import { OPENED } from "./serve.ts";
import { visit } from "./visit.ts";

const here = visit();

/** Kinds that only a person can cause. */
const BEHAVIOUR = ["key", "pointer", "wheel", "focus", "edit", "composition", "input"];

async function behaviour(): Promise<string[]> {
  await here.flush();
  return here.service.events.map(({ kind }) => kind).filter((kind) => BEHAVIOUR.includes(kind));
}

test("a page with a strict policy and Trusted Types has nothing to object to", async () => {
  await here.start();
  await here.page.click("[name=recipient]");
  await here.page.keyboard.type("hello");
  await here.page.setViewportSize({ width: 500, height: 500 });
  await here.flush();
  expect(here.service.events.length).toBeGreaterThan(10);
  expect(await here.page.evaluate(() => window.violations)).toEqual([]);
  // The policy is in force, and its breach would have been heard.
  const breach = await here.page.evaluate(() => {
    try {
      document.body.setAttribute("onclick", "1");
      return "";
    } catch (error) {
      return String(error);
    }
  });
  expect(breach).toContain("TrustedScript");
  await expect.poll(() => here.page.evaluate(() => window.violations.length)).toBeGreaterThan(0);
});

test("what is typed, pasted or named is nowhere in the conversation", async () => {
  const secret = "Quartz7zebraKV";
  await here.start();
  await here.page.click("[name=message]");
  await here.page.keyboard.type(secret, { delay: 5 });
  for (const keys of ["Control+a", "Control+c", "End", "Control+v"]) await here.page.keyboard.press(keys);
  await here.page.evaluate(() => history.pushState({}, "", `/konto/${"Quartz7zebraKV"}?q=Quartz7zebraKV`));
  await here.flush();
  await here.page.goto("about:blank");
  expect(here.service.events.filter(({ kind }) => kind === "key").length).toBeGreaterThan(2 * secret.length);

  const conversation = here.service.received
    .map(({ headers, body, text }) => `${JSON.stringify({ ...headers, referer: "" })}\n${body}\n${text}`)
    .join("\n");
  const found = (words: readonly string[], text: string) => words.filter((word) => text.includes(word));
  const words = spellings(secret);
  expect(found(words, `${words.join(" ")} a text that has them all`)).toEqual(words);
  expect(found(words, conversation)).toEqual([]);
  expect(found(["KeyQ", "Digit7", "Shift", "message", "recipient", "transfer", "/konto"], bodies())).toEqual([]);
});

function bodies(): string {
  return here.service.received.map(({ body, text }) => `${body}\n${text}`).join("\n");
}

/** The secret and its longer parts as they might travel. */
function spellings(secret: string): string[] {
  const parts = [secret, secret.slice(0, 6), secret.slice(-6)];
  return parts.flatMap((part) => {
    const bytes = Buffer.from(part);
    const codes = [...bytes].join(",");
    const base64 = bytes.toString("base64").replace(/=+$/, "").slice(0, -1);
    return [part, part.toLowerCase(), bytes.toString("hex"), base64, codes, [...part].reverse().join("")];
  });
}

test.each([
  ["a password", "[name=secret]"],
  ["a field for a password", "[name=login]"],
  ["a card number", "[name=number]"],
  ["a one-time code by its purpose", "[name=code]"],
  ["a one-time code by its name", "[name=otp]"],
  ["a card's month", "[name=month]"],
  ["a field in an ignored region", "[name=private]"],
  ["a password in an open shadow root", "#open input[type=password]"],
])("nothing of %s is observed: no key, pointer, focus or edit", async (_, selector) => {
  await here.start();
  const field = here.page.locator(selector);
  const { x, y, width, height } = (await field.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await here.page.mouse.move(x + width / 2, y + height / 2);
  await here.page.mouse.down();
  await here.page.mouse.up();
  await here.page.keyboard.type("1abc");
  await here.page.keyboard.press("Control+v");
  await here.page.keyboard.press("Control+z");
  await here.page.mouse.move(x + width / 3, y + height / 2);
  expect(await behaviour()).toEqual([]);
  await here.page.click("[name=recipient]");
  await here.page.keyboard.type("a");
  expect(await behaviour()).toEqual(expect.arrayContaining(["pointer", "focus", "key"]));
});

test("a password stays one when the page shows it as text", async () => {
  await here.start();
  await here.page.evaluate(() => {
    for (const field of document.querySelectorAll<HTMLInputElement>("[type=password]")) {
      field.name = "plain";
      field.type = "text";
    }
  });
  await here.page.focus("[name=plain]");
  await here.page.keyboard.type("abc");
  expect(await behaviour()).toEqual([]);
});

test("keys that go into a closed shadow root are not observed", async () => {
  await here.start();
  await here.page.evaluate(() => window.closedField.focus());
  await here.page.keyboard.type("abc");
  await here.page.keyboard.press("Control+v");
  expect(await behaviour()).toEqual([]);
});

test("start without consent throws, says what to do, and observes nothing", async () => {
  await here.open();
  const { session, ...others } = OPENED;
  const messages = await here.page.evaluate(
    ({ session, others }) => {
      // As JavaScript may call it, whatever the types say.
      const start = window.Habitus.start as (options: object) => void;
      const given = { endpoint: "", session, ...others };
      const attempts: object[] = [
        given,
        { ...given, consent: false },
        { ...given, consent: "yes" },
        { ...given, consent: true, session: undefined },
        { ...given, consent: true, endpoint: undefined },
        { ...given, consent: true, collectorToken: "" },
        { ...given, consent: true, channelKey: "short" },
        { ...given, consent: true, nameKey: "%%%" },
        { ...given, consent: true, nameKey: undefined },
        { ...given, consent: true, bufferLimit: 0 },
        { ...given, consent: true, flushIntervalMs: Number.NaN },
      ];
      return attempts.map((options) => {
        try {
          start(options);
          return "started";
        } catch (error) {
          return error instanceof TypeError ? error.message : `not a TypeError: ${error}`;
        }
      });
    },
    { session, others },
  );
  const expected = [
    /^consent must be true/,
    /^consent must be true/,
    /^consent must be true/,
    /session/,
    /endpoint/,
    /collectorToken/,
    /channelKey/,
    /nameKey/,
    /nameKey/,
    /bufferLimit/,
    /flushIntervalMs/,
  ];
  expect(messages.length).toBe(expected.length);
  for (const [i, message] of messages.entries()) expect(message).toMatch(expected[i] ?? /^$/);
  await here.page.click("[name=recipient]");
  await here.page.keyboard.type("abc");
  await here.page.goto("about:blank");
  expect(here.service.received).toEqual([]);
});

test("withdrawal ends capture and empties the memory before it returns", async () => {
  await here.start();
  await here.page.click("[name=recipient]");
  await here.page.keyboard.type("abcdef");
  const [before, after] = await here.page.evaluate(() => {
    const { held } = window.collector.status;
    window.collector.withdraw();
    return [held, window.collector.status] as const;
  });
  expect(before).toBeGreaterThan(12);
  expect(after).toMatchObject({ held: 0, state: "withdrawn" });
  await here.page.keyboard.type("more");
  expect(await here.flush()).toMatchObject({ held: 0, state: "withdrawn" });
  const refusal = await here.page.evaluate(() => {
    try {
      window.collector.resume();
      return "";
    } catch (error) {
      return String(error);
    }
  });
  expect(refusal).toContain("withdrawn: call start again");
  await here.page.goto("about:blank");
  expect(here.service.received).toEqual([]);
});

test("withdrawal cancels what is on its way and tries nothing again", async () => {
  await here.start({ flushIntervalMs: 50 });
  here.service.answer = () => ({ kind: "noService" });
  await here.page.click("[name=recipient]");
  await expect.poll(async () => (await here.status()).problem).toBe("unreachable");
  const attempts = here.service.received.length;
  await here.page.evaluate(() => window.collector.withdraw());
  await here.flush();
  await here.page.goto("about:blank");
  expect(here.service.received.length).toBe(attempts);
  expect(here.service.events).toEqual([]);
});

test("a pause observes nothing, and what was captured before it is still sent", async () => {
  await here.start();
  await here.page.focus("[name=recipient]");
  await here.page.keyboard.type("ab");
  await here.page.evaluate(() => window.collector.pause());
  await here.page.keyboard.type("cdef");
  expect(await here.status()).toMatchObject({ state: "paused" });
  expect((await behaviour()).filter((kind) => kind === "key").length).toBe(4);
  await here.page.evaluate(() => window.collector.resume());
  await here.page.keyboard.type("g");
  expect((await behaviour()).filter((kind) => kind === "key").length).toBe(6);
  const presses = here.service.events.flatMap((event) => (event.kind === "key" ? [event.press] : []));
  expect(presses).toEqual([0, 0, 1, 1, 2, 2]);
});
