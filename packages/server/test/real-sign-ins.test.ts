import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { createRandom, type Event, habitusPolicy } from "@habitus/core";
import type { Assessment } from "@habitus/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pageOf, startApplication, type TestApplication } from "./client.ts";
import { batchOf, phraseOf } from "./phrase-typing.ts";

const DATA = process.env.HABITUS_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const FILE = join(DATA, "cmu-password", "cmu_dsl_full_precision_5100rows.csv.gz");
const who = existsSync(FILE) ? "people" : "SIMULATED people (no recordings on this machine)";
const PEOPLE = 30;
const LEARNT = 10;
const OWN = 12;
const OTHERS = 12;
/** Around what was measured with recorded people; the test prints it. */
const MOST_OWN_WATCHED = 0.1;
const LEAST_OTHERS_WATCHED = 0.5;

/** Holds and times from press to press, ms, of one repetition. */
interface Times {
  readonly holdsMs: readonly number[];
  readonly gapsMs: readonly number[];
}
type Person = readonly Times[];

/** The CMU benchmark (Killourhy & Maxion 2009): a password that was made up for it, typed by everybody. */
function readTypists(): Person[] {
  const [head = "", ...lines] = gunzipSync(readFileSync(FILE)).toString().trim().split("\n");
  const columns = head.replaceAll('"', "").split(",");
  const of = (prefix: string): number[] => [...columns.keys()].filter((i) => columns[i]?.startsWith(prefix));
  const [holds, gaps] = [of("H."), of("DD.")];
  const people = new Map<string, Times[]>();
  for (const line of lines) {
    const values = line.replaceAll('"', "").split(",");
    const ms = (i: number): number => 1000 * Number(values[i]);
    const own = people.get(values[0] ?? "") ?? [];
    people.set(values[0] ?? "", own);
    own.push({ holdsMs: holds.map(ms), gapsMs: gaps.map(ms) });
  }
  return [...people.values()];
}

function simulateTypists(): Person[] {
  return Array.from({ length: PEOPLE }, (_, i) => {
    const random = createRandom(i + 1);
    const usual = Array.from({ length: 11 }, () => ({ hold: 60 + 80 * random(), gap: 100 + 250 * random() }));
    return Array.from({ length: LEARNT + OWN }, () => ({
      holdsMs: usual.map(({ hold }) => hold * (0.85 + 0.3 * random())),
      gapsMs: usual.slice(1).map(({ gap }) => gap * (0.8 + 0.4 * random())),
    }));
  });
}

let now = 1_760_000_000_000;
let bank: TestApplication;
beforeAll(async () => {
  bank = await startApplication({ now: () => now, sessionMs: 1e9 });
});
afterAll(() => bank.service.close());

/** Signs in as this subject with these times. */
async function signIn(subject: string, times: Times, outcome: string): Promise<Assessment> {
  now += 3_600_000;
  const opened = (await bank.call("POST", "/v1/sessions", { subject, signedIn: false })).body;
  const events: Event[] = phraseOf(times, { at: now + 1000 });
  now = Math.ceil(events.at(-1)?.at ?? now);
  expect((await pageOf(bank.service, opened).send(batchOf(events, 0))).status).toBe(202);
  const path = `/v1/sessions/${opened.session}/outcomes`;
  const { body } = await bank.call("POST", path, { outcome: "signedIn" });
  await bank.call("POST", path, { outcome });
  return body;
}

test(`a password that ${PEOPLE} ${who} know: whose session begins in doubt`, { timeout: 240_000 }, async () => {
  const people = (existsSync(FILE) ? readTypists() : simulateTypists()).slice(0, PEOPLE);
  const watched = { own: 0, others: 0 };
  const count = { own: 0, others: 0 };
  const look = (whose: "own" | "others", { trust }: Assessment): void => {
    if (trust === null) return;
    count[whose] += 1;
    expect(trust, "nobody is asked anything for a sign-in alone").toBeGreaterThanOrEqual(habitusPolicy.stepUpBelow);
    if (trust < habitusPolicy.observeBelow) watched[whose] += 1;
  };
  for (const [i, person] of people.entries()) {
    const subject = `person-${i}`;
    await bank.call("PUT", `/v1/subjects/${subject}/consent`, { granted: true, textVersion: "1" });
    for (const times of person.slice(0, LEARNT)) await signIn(subject, times, "ended");
    for (let k = 1; k <= OTHERS; k += 1) {
      const [first] = people[(i + k) % people.length] ?? [];
      if (first !== undefined) look("others", await signIn(subject, first, "reportedTakeover"));
    }
    for (const times of person.slice(LEARNT, LEARNT + OWN)) look("own", await signIn(subject, times, "ended"));
  }
  const share = (whose: "own" | "others"): number => watched[whose] / count[whose];
  process.stdout.write(
    `${who}: after ${LEARNT} sign-ins ${(100 * share("own")).toFixed(1)} % of their own ${count.own} and ` +
      `${(100 * share("others")).toFixed(1)} % of ${count.others} others make the application watch\n`,
  );
  expect(count.own).toBeGreaterThan(0.9 * PEOPLE * OWN);
  expect(share("own")).toBeLessThan(MOST_OWN_WATCHED);
  expect(share("others")).toBeGreaterThan(LEAST_OTHERS_WATCHED);
});
