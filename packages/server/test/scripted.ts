import { baseline, type Evidence, habitusPolicy, type System } from "@habitus/core";
import type { ServiceConfig } from "../src/index.ts";
import {
  batchesOf,
  pageOf,
  seeded,
  startApplication,
  type TestApplication,
  type TestPage,
  typing,
  until,
} from "./client.ts";

/** A system whose trust is what the test says, window by window, so that a test is about decisions and nothing else. */
export interface Scripted {
  readonly bank: TestApplication;
  readonly clock: { now: number };
  /** Types so much that one window closes for each of these trust values; returns the assessment after the last. */
  readonly look: (typist: Typist, values: readonly number[], options?: { readonly everyMs?: number }) => Promise<Json>;
  /** Enrols the subject and opens a session. */
  readonly sit: (subject: string, body?: object) => Promise<Typist>;
}
export interface Typist {
  readonly page: TestPage;
  readonly path: string;
  seq: number;
  press: number;
}
type Json = ReturnType<typeof JSON.parse>;

const WINDOW = 10;
interface Told {
  readonly value: number | undefined;
  readonly scores: number;
  readonly at: number;
}
const ABSENT_MS = 600_000;
const trust: System["trust"] = {
  name: "scripted",
  version: 1,
  initial: () => ({ value: undefined, scores: 0, at: 0 }),
  update: (state, { score, at }) => ({ value: score, scores: (state as Told).scores + 1, at }), // safe: it made it
  reset: () => ({ value: undefined, scores: 0, at: 0 }),
  read(state, now) {
    const { value, scores, at } = state as Told; // safe: it made it
    // Half is left of it after ten minutes without a sign of life.
    const isAbsent = value !== undefined && now !== undefined && now - at > ABSENT_MS;
    return { value: isAbsent ? value / 2 : value, scores };
  },
};

export interface ScriptedOptions {
  readonly dataDir?: string;
  readonly clock?: { now: number };
  readonly config?: Partial<ServiceConfig>;
}

export async function startScripted({
  dataDir = ":memory:",
  clock = { now: 1_760_000_000_000 },
  config = {},
}: ScriptedOptions = {}): Promise<Scripted> {
  const script: number[] = [];
  const system: System = {
    ...(baseline as unknown as System), // safe: a state comes only from its own system
    name: "scripted",
    trust,
    policy: { ...habitusPolicy, observeBelow: 0.7, continueFrom: 0.75 },
    minimumSamples: 1,
    sufficientSamples: 1e9,
    segmenter: {
      // One window for so many keys, whatever came before.
      initial: () => [],
      push: (state, events) => {
        const pending = [...(state as typeof events), ...events];
        const windows = [];
        while (pending.filter(({ kind }) => kind === "key").length >= 2 * WINDOW) {
          const own = pending.splice(0, 2 * WINDOW);
          const keystrokes = own.flatMap((one) =>
            one.kind === "key" && one.phase === "down"
              ? [{ zone: one.zone, pressAt: one.at, releaseAt: one.at + 90 }]
              : [],
          );
          const startedAt = own[0]?.at ?? 0;
          const endedAt = own.at(-1)?.at ?? 0;
          const rest = { quantumMs: 0.1, pointer: [], wheel: [], pointerType: undefined };
          windows.push({ kind: "sample" as const, startedAt, endedAt, keystrokes, ...rest });
        }
        return { state: pending, windows };
      },
    },
    enrol: (samples) => ({
      kind: "enrolment",
      reference: {
        kind: "reference",
        comparator: "scripted@1",
        extractor: "tutorial@1",
        samples: samples.length,
        enrolledAt: clock.now,
        payload: new Uint8Array(1),
      },
      report: { mated: 1, nonMated: 0, heldOutAccuracy: undefined, heldOut: 0, importances: [], featureNames: [] },
    }),
    compare: (_, { startedAt, endedAt, keystrokes }): Evidence => {
      const score = script.shift() ?? 0.9;
      const llr = score - 0.5;
      const parts = { modalities: ["keystroke" as const], quality: 1, pointerEvents: 0, contributions: [] };
      return { kind: "evidence", llr, score, source: "scripted@1", startedAt, at: endedAt, keystrokes, ...parts };
    },
  };
  const bank = await startApplication({
    ...{ system, dataDir, now: () => clock.now, sessionMs: 40 * 86_400_000 },
    tier: "events", // its segmenter is no page's
    ...config,
  });
  const assessment = async ({ path }: Typist): Promise<Json> => (await bank.call("GET", `${path}/assessment`)).body;
  const type = async (typist: Typist, windows: number, everyMs: number): Promise<void> => {
    for (let i = 0; i < windows; i += 1) {
      clock.now += everyMs;
      const habit = { holdMs: 90, pauseMs: 180 };
      const options = { at: clock.now - 5000, habit, firstPress: typist.press };
      const events = typing(seeded(7), WINDOW, options).sort((a, b) => a.at - b.at);
      const [batch] = batchesOf(events, { firstSeq: typist.seq });
      typist.seq += 1;
      typist.press += WINDOW;
      const answer = batch && (await typist.page.send(batch));
      if (answer?.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer?.body)}`);
    }
  };
  return {
    bank,
    clock,
    async look(typist, values, { everyMs = 20_000 } = {}) {
      script.push(...values);
      await type(typist, values.length, everyMs);
      return assessment(typist);
    },
    async sit(subject, body = {}) {
      const first = await bank.open(subject);
      if ((await bank.call("GET", `/v1/subjects/${subject}`)).body.references.length === 0) {
        const learner = { page: first, path: `/v1/sessions/${first.opened.session}`, seq: 0, press: 0 };
        await type(learner, 2, 20_000);
        await bank.call("POST", `/v1/subjects/${subject}/enrolment`);
        await until(async () => (await bank.call("GET", `/v1/subjects/${subject}`)).body.references.length > 0);
      }
      await bank.call("POST", `/v1/sessions/${first.opened.session}/outcomes`, { outcome: "ended" });
      const { body: opened } = await bank.call("POST", "/v1/sessions", { subject, ...body });
      return { page: pageOf(bank.service, opened), path: `/v1/sessions/${opened.session}`, seq: 0, press: 0 };
    },
  };
}
