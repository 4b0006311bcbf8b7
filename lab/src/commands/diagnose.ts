import { type FeatureSet, moments } from "@habitus/core";
import { findRunnable, runnables } from "../experiments/index.ts";
import { LabError } from "../lab-error.ts";
import { bySubject, type Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "../running/compare.ts";
import { createProgress } from "../running/progress.ts";
import { findOpenSystem } from "../systems/index.ts";
import { type AblateFlags, DEFAULT_PROTOCOL } from "./ablate.ts";
import { enrolmentText } from "./enrolment-text.ts";
import { errorFeatures, type FeatureDistance } from "./error-features.ts";
import { seedOf } from "./options.ts";
import { mean, shown, WORST } from "./wording.ts";

/** Answers "why is accuracy low?": features, enrolment, and the subjects behind most of the errors. */
export async function diagnose(flags: AblateFlags): Promise<string> {
  const name = flags.experiment ?? "monaco-free";
  const runnable = findRunnable(name);
  if (runnable === undefined)
    throw new LabError(
      "usage",
      `No experiment is called ${JSON.stringify(name)}. There are: ${runnables.map((one) => one.name).join(", ")}.`,
    );
  const system = findOpenSystem(flags.system?.[0] ?? "baseline");
  const usual = DEFAULT_PROTOCOL[name];
  const progress = createProgress();
  const seen: { protocol?: Protocol; raw?: RawScores } = {};
  const seed = seedOf(flags);
  const { drawings, rows } = await runnable.run({
    folders: { data: flags.data, background: flags.background, test: flags.test },
    seed,
    systems: [system],
    progress,
    protocols: flags.protocol ?? (usual === undefined ? undefined : [usual]),
    onProtocol: async (protocol) => {
      seen.protocol = protocol;
    },
    onScores: async (_, __, raw) => {
      seen.raw = raw;
    },
  });
  const { protocol, raw } = seen;
  const drawing = drawings.at(-1);
  const row = rows.at(-1);
  if (protocol === undefined || raw === undefined || drawing === undefined || row === undefined)
    throw new LabError("usage", `${name} compares nothing that could be diagnosed.`);
  progress.done(`diagnosed ${name} ${protocol.name}`);
  const { anatomy } = system;
  const features = anatomy.features({
    experiment: name,
    protocol: protocol.name,
    windows: protocol.windows,
    seed,
    phrase: false,
  });
  const people = protocol.claims.map(({ subject, enrolment }) => ({ subject, sets: enrolment.flatMap(features) }));
  const recordings = protocol.claims.flatMap(({ enrolment, mated }) => [
    ...enrolment,
    ...mated.flatMap(({ pieces }) => pieces),
  ]);
  const byTime = bySubject(recordings).map(({ recordings: own }) => own.map(features));
  const fnmr = new Map(drawing.subjects.map((one) => [one.subject, one.fnmr]));
  const distances = errorFeatures(protocol, raw, {
    names: anatomy.featureNames,
    features,
    threshold: thresholdAt(raw, row.eerPooled.value ?? 0.01),
  });
  return [
    `${system.name} on ${name} ${protocol.name}: pooled EER ${shown(row.eerPooled.value)}, FNMR at FMR 1 % ${shown(row.fnmrAtFmr1.value)}.\n`,
    featureText(
      anatomy.featureNames,
      people.map(({ sets }) => sets),
      byTime,
    ),
    enrolmentText(people, {
      need: anatomy.minimumSamples,
      enough: anatomy.sufficientSamples,
      failed: raw.failedToEnrol,
      fnmr,
    }),
    subjectText(drawing.subjects),
    impostorText(raw, drawing.subjects),
    behindText(distances),
  ].join("\n");
}

/** Variance between over within people, how much people change from first to last piece (in standard deviations), and how often it is missing. */
function featureText(
  names: readonly string[],
  people: readonly (readonly FeatureSet[])[],
  byTime: readonly (readonly (readonly FeatureSet[])[])[],
): string {
  const lines = names.map((name, column) => {
    const values = people.map((sets) => sets.map((set) => set.values[column] ?? Number.NaN));
    const present = values.map((own) => own.filter((value) => !Number.isNaN(value))).filter((own) => own.length > 1);
    const stats = present.map(moments);
    const within = Math.sqrt(mean(stats.map(({ std }) => std ** 2)));
    const between = moments(stats.map(({ mean: centre }) => centre)).std;
    const drift = byTime.map((pieces) => {
      const centres = pieces
        .map(
          (sets) =>
            moments(sets.map((set) => set.values[column] ?? Number.NaN).filter((value) => !Number.isNaN(value))).mean,
        )
        .filter((value) => !Number.isNaN(value));
      return ((centres.at(-1) ?? Number.NaN) - (centres[0] ?? Number.NaN)) / within;
    });
    const all = values.flat();
    const missing = all.filter(Number.isNaN).length / Math.max(1, all.length);
    return { name, ratio: (between / within) ** 2, drift: mean(drift.filter(Number.isFinite).map(Math.abs)), missing };
  });
  const known = lines.sort((a, b) => (Number.isNaN(a.ratio) ? 1 : Number.isNaN(b.ratio) ? -1 : b.ratio - a.ratio));
  const rows = known.map(
    ({ name, ratio, drift, missing }) =>
      `  ${name.padEnd(24)} ${number(ratio)}  ${number(drift)}  ${(100 * missing).toFixed(0).padStart(4)} %`,
  );
  return `Features, the most telling first. Between/within: variance between people over variance within one; below 1 a feature says little about who it is.
Drift: mean change from a person's first to last piece, in within-person standard deviations.

  feature                  between/within  drift  missing\n${rows.join("\n")}\n`;
}

function subjectText(
  subjects: readonly { readonly subject: string; readonly fnmr: number; readonly fmr: number; readonly eer: number }[],
): string {
  const known = subjects.filter(({ fnmr }) => Number.isFinite(fnmr));
  const rejected = [...known].sort((a, b) => b.fnmr - a.fnmr).slice(0, WORST);
  const open = [...known].sort((a, b) => b.fmr - a.fmr).slice(0, WORST);
  const total = known.reduce((sum, { fmr }) => sum + fmr, 0);
  const share = open.reduce((sum, { fmr }) => sum + fmr, 0) / total;
  if (rejected.every(({ fnmr }) => fnmr === 1))
    rejected.sort((a, b) => (Number.isFinite(b.eer) ? b.eer : 0) - (Number.isFinite(a.eer) ? a.eer : 0));
  return `At one threshold for everybody (FMR 1 %):
  most often rejected: ${rejected.map(({ subject, fnmr }) => `${subject} ${shown(fnmr)}`).join(", ")}
  easiest to pass for: ${open.map(({ subject, fmr }) => `${subject} ${shown(fmr)}`).join(", ")}${Number.isFinite(share) ? `; these ${open.length} of ${known.length} people have ${shown(share)} of all false matches` : ""}\n`;
}

/** Whose probes pass most often for somebody else, at the threshold that lets 1 % through. */
function impostorText(raw: RawScores, subjects: readonly { readonly subject: string }[]): string {
  const threshold = thresholdAt(raw, 0.01);
  const counts = new Map<string, [number, number]>();
  raw.score.forEach((score, i) => {
    if (raw.mated[i] === 1 || Number.isNaN(score)) return;
    const who = subjects[raw.owner[i] ?? -1]?.subject;
    if (who === undefined) return;
    const [all, passed] = counts.get(who) ?? [0, 0];
    counts.set(who, [all + 1, passed + (score >= threshold ? 1 : 0)]);
  });
  const worst = [...counts]
    .map(([who, [all, passed]]) => ({ who, rate: passed / all }))
    .sort((a, b) => b.rate - a.rate)
    .slice(0, WORST);
  return worst.length === 0
    ? ""
    : `  pass most often for others: ${worst.map(({ who, rate }) => `${who} ${shown(rate)}`).join(", ")}\n`;
}

/** The features in which wrongly judged probes differ most from rightly judged ones. */
function behindText(distances: readonly FeatureDistance[]): string {
  const worst = (gain: (one: FeatureDistance) => number, text: (one: FeatureDistance) => string): string =>
    distances
      .filter((one) => Number.isFinite(gain(one)))
      .sort((a, b) => gain(b) - gain(a))
      .slice(0, WORST)
      .map(text)
      .join(", ");
  const pair = (name: string, wrong: number, right: number): string =>
    `${name} ${wrong.toFixed(2)} (else ${right.toFixed(2)})`;
  return `Features behind errors at the equal error rate: distance of a probe from the reference, in within-person standard deviations.
  further away in false non-matches: ${worst(
    ({ rejected, accepted }) => rejected - accepted,
    ({ name, rejected, accepted }) => pair(name, rejected, accepted),
  )}
  nearer in false matches: ${worst(
    ({ passed, refused }) => refused - passed,
    ({ name, passed, refused }) => pair(name, passed, refused),
  )}\n`;
}

/** Returns the score from which on at most this share of non-mated comparisons is accepted. */
function thresholdAt(raw: RawScores, fmr: number): number {
  const scores = raw.score.filter((score, i) => raw.mated[i] === 0 && !Number.isNaN(score)).sort();
  return scores[Math.ceil((1 - fmr) * scores.length)] ?? Number.POSITIVE_INFINITY;
}

function number(value: number): string {
  return (Number.isFinite(value) ? value.toFixed(2) : "-").padStart(9);
}
