import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import type { Background } from "./background.ts";
import { bySubject, type Protocol, probeOf } from "./protocol.ts";

export interface FixedTextOptions {
  /** First repetitions that are enrolled. */
  readonly enrol: number;
  /** Mated probes: repetitions from this one on (counted from 0). */
  readonly matedFrom: number;
  /** Non-mated probes: these repetitions of everybody else. */
  readonly nonMated: { readonly from: number; readonly to: number };
  /** Only each so-manieth mated probe: the first one of each sitting, when they are that long. */
  readonly matedEvery?: number;
  /** After the name of the protocol. */
  readonly suffix?: string;
  readonly windows: WindowOptions;
  readonly background: Background;
}

/**
 * The protocol of Killourhy & Maxion (DSN 2009) and its few-shot forms: enrol the first `n` repetitions, mated probes are the
 * last ones, non-mated ones a few repetitions of each other subject.
 */
export function fixedText(recordings: readonly Recording[], options: FixedTextOptions): Protocol {
  const { enrol, matedFrom, nonMated, matedEvery = 1, suffix = "", windows, background } = options;
  const all = bySubject(recordings);
  const able = all.filter(({ recordings: own }) => own.length > Math.max(matedFrom, enrol));
  const probes = able.map(({ recordings: own }) => own.map(probeOf));
  const foreign = probes.map((own) => own.slice(nonMated.from, nonMated.to));
  return {
    name: `n${enrol}${suffix}`,
    note: `enrolled: repetitions 1-${enrol}; mated: ${matedEvery === 1 ? "" : `each ${matedEvery}th `}from repetition ${matedFrom + 1} on; non-mated: repetitions ${nonMated.from + 1}-${nonMated.to} of each other subject`,
    claims: able.map(({ name, recordings: own }, i) => ({
      subject: name,
      enrolment: own.slice(0, enrol),
      mated: probes[i]?.slice(matedFrom).filter((_probe, k) => k % matedEvery === 0) ?? [],
      nonMated: foreign.flatMap((list, j) => (i === j ? [] : list)),
    })),
    background,
    windows,
    left: left(all.length - able.length, `fewer than ${Math.max(matedFrom, enrol) + 1} repetitions`),
  };
}

/** Returns the count as an entry, if there is any. */
export function left(count: number, reason: string): Readonly<Record<string, number>> {
  return count === 0 ? {} : { [reason]: count };
}
