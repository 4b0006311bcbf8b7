/**
 * The outcome of one system under one protocol: a list of comparisons in columns. Scores: higher = more likely the enrolled
 * subject. `llr` is the system's natural-log likelihood ratio, or what calibration made of its score.
 */
export interface ScoreSet {
  /** All subjects of the protocol, whether or not they could be enrolled. */
  readonly subjects: readonly string[];
  readonly score: Float64Array;
  readonly llr: Float64Array;
  /** 1 = mated (probe and reference of one subject), 0 = non-mated. */
  readonly mated: Uint8Array;
  /** Index in `subjects` of the reference's subject. */
  readonly claimed: Uint32Array;
  /** Index in `subjects` of the probe's subject; `subjects.length` where it is not one of them or not known. */
  readonly owner: Uint32Array;
}

export interface Comparison {
  readonly subject: string;
  readonly probeSubject: string | undefined;
  readonly mated: boolean;
  readonly score: number;
  readonly llr: number;
}

/** Returns the comparisons in columns. Throws a RangeError when a score is no finite number. */
export function scoreSet(subjects: readonly string[], comparisons: readonly Comparison[]): ScoreSet {
  const place = new Map(subjects.map((subject, i) => [subject, i]));
  const set = emptyScoreSet(subjects, comparisons.length);
  comparisons.forEach(({ subject, probeSubject, mated, score, llr }, i) => {
    const claimed = place.get(subject);
    if (claimed === undefined) throw new RangeError(`${subject} is not one of the subjects`);
    if (!Number.isFinite(score)) throw new RangeError(`score must be finite, got ${score}`);
    set.score[i] = score;
    set.llr[i] = llr;
    set.mated[i] = mated ? 1 : 0;
    set.claimed[i] = claimed;
    set.owner[i] = probeSubject === undefined ? subjects.length : (place.get(probeSubject) ?? subjects.length);
  });
  return set;
}

export function emptyScoreSet(subjects: readonly string[], length: number): ScoreSet {
  return {
    subjects,
    score: new Float64Array(length),
    llr: new Float64Array(length),
    mated: new Uint8Array(length),
    claimed: new Uint32Array(length),
    owner: new Uint32Array(length),
  };
}
