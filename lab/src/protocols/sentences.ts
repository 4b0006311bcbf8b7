import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import type { Background } from "./background.ts";
import { left } from "./fixed-text.ts";
import { bySubject, type Probe, type Protocol } from "./protocol.ts";

export interface SentencesOptions {
  /** First keystrokes of a sentence that count. */
  readonly keys: number;
  /** Sentences enrolled, the first ones. */
  readonly gallery: number;
  /** Sentences in one probe. */
  readonly together: 1 | 5;
  readonly windows: WindowOptions;
  readonly background: Background;
}

const SENTENCES = 15;
const PROBES = 5;

/**
 * The protocol of TypeNet (Acien et al., TBIOM 2022): the first `keys` keystrokes of each sentence, the first `gallery` sentences
 * enrolled, mated probes the last 5, one sentence of each other subject as non-mated probe (one of the last 5 in turn).
 */
export function sentences(recordings: readonly Recording[], options: SentencesOptions): Protocol {
  const { keys, gallery, together, windows, background } = options;
  const all = bySubject(recordings);
  const able = all
    .filter(({ recordings: own }) => own.length >= SENTENCES)
    .map(({ name, recordings: own }) => ({ name, pieces: own.map((recording) => sliceKeys(recording, 0, keys)) }));
  const probes = able.map(({ name, pieces }): Probe[] => {
    const last = pieces.slice(-PROBES);
    if (together === 1) return last.map((piece) => ({ id: piece.id, subject: name, pieces: [piece] }));
    return [{ id: `${name}/last${PROBES}`, subject: name, pieces: last }];
  });
  return {
    name: `M${keys}-G${gallery}${together === 1 ? "" : `-P${together}`}`,
    note: `the first ${keys} keystrokes of a sentence; enrolled: the first ${gallery === 1 ? "sentence" : `${gallery} sentences`}; mated: the last 5${together === 1 ? "" : " together"}; non-mated: ${together === 1 ? "one sentence" : "the last 5 together"} of each other subject`,
    claims: able.map(({ name, pieces }, i) => ({
      subject: name,
      enrolment: pieces.slice(0, gallery),
      mated: probes[i] ?? [],
      nonMated: probes.flatMap((own, j) => {
        const probe = own[(i + j) % own.length];
        return i === j || probe === undefined ? [] : [probe];
      }),
    })),
    background,
    windows,
    left: left(all.length - able.length, `fewer than ${SENTENCES} sentences`),
  };
}
