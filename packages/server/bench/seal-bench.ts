import crypto, { createHmac } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, habitus, type System } from "@habitus/core";
import { createPopulation, session as useOf } from "@habitus/core/attacks";
import { createBatchSealer, encodeBatch, macInput } from "@habitus/wire";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/inline.ts";

export interface SealBench {
  /** Processor time of a durable batch, microseconds: parsed, journalled, compared, decided and saved, everything sealed. */
  readonly sealedUs: number;
  /** The same with a cipher that copies. */
  readonly plainUs: number;
  /** How much more the sealed one takes: 0.1 is a tenth. */
  readonly overhead: number;
}

const SUBJECTS = 8;
const EVENTS_PER_BATCH = 50;
const BATCHES = 40;
const ROUNDS = 15;

/**
 * Measures what encryption costs on the way of a batch, without HTTP, which would hide some of it: two engines in this process, in turns. One
 * opens batches that pages have sealed to it and seals what it keeps with AES-256-GCM; the other takes them unsealed and has a cipher that
 * only copies. Processor time, so that what else runs here counts for neither.
 */
export async function benchSeal({ rounds = ROUNDS }: { readonly rounds?: number } = {}): Promise<SealBench> {
  const sealed = await startLane(AES);
  const plain = await startLane(COPY);
  const times = { sealed: [] as number[], plain: [] as number[] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const [one, other] = [await sealed.measure(round), await plain.measure(round)];
      if (round === 0) continue; // the first warms up both
      times.sealed.push(one);
      times.plain.push(other);
    }
  } finally {
    await sealed.close();
    await plain.close();
    use(AES);
  }
  const ratios = times.sealed.map((time, i) => time / (times.plain[i] ?? Number.NaN));
  return { sealedUs: median(times.sealed), plainUs: median(times.plain), overhead: median(ratios) - 1 };
}

type Ciphers = Pick<typeof crypto, "createCipheriv" | "createDecipheriv">;
const AES: Ciphers = { createCipheriv: crypto.createCipheriv, createDecipheriv: crypto.createDecipheriv };
const TAG = Buffer.alloc(16);
const copier = {
  setAAD: () => copier,
  setAuthTag: () => copier,
  update: (bytes: Uint8Array) => Buffer.from(bytes),
  final: () => Buffer.alloc(0),
  getAuthTag: () => TAG,
};
const COPY = { createCipheriv: () => copier, createDecipheriv: () => copier } as unknown as Ciphers; // as much of it as is used

/** Node's own modules can be changed for everybody who imports them. */
function use(ciphers: Ciphers): void {
  Object.assign(crypto, ciphers);
  syncBuiltinESMExports();
}

interface Lane {
  readonly measure: (round: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

async function startLane(ciphers: Ciphers): Promise<Lane> {
  use(ciphers);
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-bench-"));
  const system = habitus as unknown as System; // safe: a state comes only from its own system
  const engine = await openEngine(
    {
      ...{ dataDir, logLevel: "silent", sessionMs: 3_600_000, system: system.name, maxBytes: undefined },
      ...{ keys: { provider: "file" }, acceptUnsealed: true },
    },
    { logTo: undefined, system, now: Date.now },
  );
  const application = await engine.findApplication("bench");
  await engine.putSettings({ application, tier: "events", actor: "bench" });
  for (let subject = 0; subject < SUBJECTS; subject += 1) await enrol(engine, application, subject);
  return {
    async measure(round) {
      use(ciphers);
      const sessions = await Promise.all(
        Array.from({ length: SUBJECTS }, (_, i) =>
          openSession(engine, application, { person: i, seed: 1000 + round, isSealed: ciphers === AES }),
        ),
      );
      const before = process.cpuUsage();
      await Promise.all(sessions.map((send) => send()));
      if (round === 0) await expectReadable(dataDir, ciphers === COPY);
      await engine.maintain();
      const { user, system: kernel } = process.cpuUsage(before);
      return (user + kernel) / (SUBJECTS * BATCHES);
    },
    async close() {
      use(ciphers);
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** That it is measured what is said to be: only the cipher that copies leaves batches readable in the journal. */
async function expectReadable(dataDir: string, isReadable: boolean): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith("journal-"));
  const files = await Promise.all(names.map((name) => readFile(join(dataDir, name))));
  if (files.some((bytes) => bytes.includes('"e":[')) !== isReadable) throw new Error("the cipher was not exchanged");
}

async function enrol(engine: Engine, application: string, person: number): Promise<void> {
  const consent = { application, subject: `subject-${person}`, granted: true, textVersion: "1", actor: "bench" };
  await engine.setConsent({ ...consent, purpose: "authentication", tier: "features" });
  await engine.setConsent({ ...consent, purpose: "research", tier: "events" });
  for (let i = 0; i < 3; i += 1) await (await openSession(engine, application, { person, seed: i, isSealed: false }))();
  await engine.maintain();
  await engine.enrol(application, consent.subject, "bench");
  await sleep(50); // an enrolment that was due ends meanwhile
}

/** Returns how to send the batches of a session of this person. */
async function openSession(
  engine: Engine,
  application: string,
  { person, seed, isSealed }: { readonly person: number; readonly seed: number; readonly isSealed: boolean },
): Promise<() => Promise<void>> {
  const opened = await engine.openSession({
    ...{ application, subject: `subject-${person}`, context: {}, policyContext: "routine", signedIn: true },
  });
  const { session } = opened;
  const key = Buffer.from(opened.channelKey, "base64url");
  const seal = isSealed ? await createBatchSealer(opened) : undefined;
  const who = createPopulation(SUBJECTS, 7)[person];
  if (who === undefined) throw new RangeError("nobody");
  const durationMs = 10 * 60_000;
  const random = createRandom(seed);
  const events = useOf(who, { startAt: Date.now() - durationMs, durationMs, seed: Math.floor(1e6 * random()) });
  const batches: { body: string; mac: string }[] = [];
  for (let seq = 0; seq < BATCHES; seq += 1) {
    const part = events.slice(seq * EVENTS_PER_BATCH, (seq + 1) * EVENTS_PER_BATCH);
    const batch = encodeBatch({ stream: 1, seq, quantumMs: 0.1, lost: 0, events: part });
    const body = (await seal?.(batch))?.body ?? JSON.stringify(batch);
    batches.push({ body, mac: createHmac("sha256", key).update(macInput(session, body)).digest("hex") });
  }
  return async () => {
    for (const { body, mac } of batches) await engine.appendBatch({ application, session, body, mac });
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
