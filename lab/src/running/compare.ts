import type { Claim, Probe, Protocol } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Enrolled, Fitted, LabSystem, Task } from "../systems/lab-system.ts";
import { crossCalibrate } from "./calibrate.ts";

/** All comparisons of a protocol in its order, in columns; a score is NaN where there is none. */
export interface RawScores {
  readonly subjects: readonly string[];
  readonly probes: readonly Probe[];
  readonly score: Float64Array;
  readonly llr: Float64Array;
  readonly mated: Uint8Array;
  readonly claimed: Uint32Array;
  readonly owner: Uint32Array;
  /** Subjects for whom no reference could be made with any background. */
  readonly failedToEnrol: readonly string[];
  readonly failuresToAcquire: number;
  readonly attempts: number;
}

export interface CompareOptions {
  readonly task: Task;
  /** Called with the share done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

interface Part {
  readonly claim: Claim;
  readonly index: number;
  /** Places of its comparisons in the columns. */
  readonly places: number[];
}

/**
 * Runs every comparison of a protocol through one system, background by background: a mated probe is judged with one of the
 * backgrounds that the subject's non-mated probes have, in turn.
 */
export async function compareAll(protocol: Protocol, system: LabSystem, options: CompareOptions): Promise<RawScores> {
  const raw = layOut(protocol);
  const parts = byBackground(protocol, system, raw);
  const enrolledOnce = new Set<number>();
  let failuresToAcquire = 0;
  let attempts = 0;
  let done = 0;
  for (const [key, list] of parts) {
    const background = system.usesBackground ? protocol.background.recordings(key) : [];
    const fitted = await system.fit(options.task, background);
    try {
      const judge = judgeWith(fitted, options.task.seed);
      for (const { claim, index, places } of list) {
        const answers = await judge(
          claim,
          places.map((place) => raw.probes[place]),
        );
        if (answers !== undefined) enrolledOnce.add(index);
        places.forEach((place, i) => {
          const answer = answers?.[i];
          if (answer === undefined) {
            raw.score[place] = Number.NaN;
            raw.llr[place] = Number.NaN;
          } else {
            raw.score[place] = answer.score;
            raw.llr[place] = answer.llr;
          }
          if (answers !== undefined) {
            attempts += 1;
            if (answer === undefined) failuresToAcquire += 1;
          }
        });
        done += places.length;
        options.onProgress?.(done / Math.max(1, raw.probes.length));
      }
    } finally {
      fitted.close?.();
    }
  }
  if (!system.calibrated) crossCalibrate(raw);
  const failedToEnrol = protocol.claims.filter((_, i) => !enrolledOnce.has(i)).map(({ subject }) => subject);
  return { ...raw, failedToEnrol, failuresToAcquire, attempts };
}

function layOut(protocol: Protocol): Omit<RawScores, "failedToEnrol" | "failuresToAcquire" | "attempts"> {
  const subjects = protocol.claims.map(({ subject }) => subject);
  const place = new Map(subjects.map((subject, i) => [subject, i]));
  const probes = protocol.claims.flatMap(({ mated, nonMated }) => [...mated, ...nonMated]);
  const mated = new Uint8Array(probes.length);
  const claimed = new Uint32Array(probes.length);
  const owner = new Uint32Array(probes.length);
  let at = 0;
  protocol.claims.forEach((claim, index) => {
    for (const probe of [...claim.mated, ...claim.nonMated]) {
      claimed[at] = index;
      owner[at] = probe.subject === undefined ? subjects.length : (place.get(probe.subject) ?? subjects.length);
      at += 1;
    }
  });
  markMated(protocol, mated);
  return { subjects, probes, score: new Float64Array(at), llr: new Float64Array(at), mated, claimed, owner };
}

function markMated(protocol: Protocol, mated: Uint8Array): void {
  let at = 0;
  for (const claim of protocol.claims) {
    mated.fill(1, at, at + claim.mated.length);
    mated.fill(0, at + claim.mated.length, at + claim.mated.length + claim.nonMated.length);
    at += claim.mated.length + claim.nonMated.length;
  }
}

/** Returns the comparisons that need the same background together, keys in order of their first use. */
function byBackground(
  protocol: Protocol,
  system: LabSystem,
  { probes }: Pick<RawScores, "probes">,
): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  let at = 0;
  protocol.claims.forEach((claim, index) => {
    const own = new Map<string, number[]>();
    const add = (key: string, place: number): void => void (own.get(key)?.push(place) ?? own.set(key, [place]));
    const keyOf = (probe: Probe | undefined): string =>
      system.usesBackground ? protocol.background.key(claim.subject, probe?.subject) : "";
    const first = at + claim.mated.length;
    for (let i = 0; i < claim.nonMated.length; i += 1) add(keyOf(probes[first + i]), first + i);
    const keys = own.size > 0 ? [...own.keys()] : [keyOf(claim.mated[0])];
    for (let i = 0; i < claim.mated.length; i += 1) add(keys[i % keys.length] ?? "", at + i);
    at = first + claim.nonMated.length;
    for (const [key, places] of own) {
      const part = { claim, index, places };
      const list = parts.get(key);
      if (list === undefined) parts.set(key, [part]);
      else list.push(part);
    }
  });
  return parts;
}

/** Returns a function that enrols a claim and judges probes against it; undefined when it cannot be enrolled. */
function judgeWith(fitted: Fitted, seed: number) {
  const prepared = new WeakMap<Recording, unknown>();
  const references = new WeakMap<readonly Recording[], Enrolled<unknown>>();
  const prepare = (piece: Recording): unknown => {
    if (!prepared.has(piece)) prepared.set(piece, fitted.prepare(piece));
    return prepared.get(piece);
  };
  return async (claim: Claim, probes: readonly (Probe | undefined)[]) => {
    let enrolled = references.get(claim.enrolment);
    if (enrolled === undefined) {
      enrolled = await fitted.enrol(claim.enrolment.map(prepare), seedOf(seed, claim.subject));
      references.set(claim.enrolment, enrolled);
    }
    if (enrolled.kind === "failureToEnrol") return undefined;
    const answers = fitted.compare(
      enrolled.reference,
      probes.map((probe) => (probe?.pieces ?? []).map(prepare)),
    );
    return answers instanceof Promise ? await answers : answers;
  };
}

/** Returns a seed that depends on the subject's name and not on the order of the work (FNV-1a). */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
