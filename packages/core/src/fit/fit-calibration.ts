import { expect, LAPSE, rawLlr } from "../comparison/plda/compare-sitting.ts";
import {
  addWindow,
  closeSitting,
  noPerson,
  noSitting,
  type Person,
  type SittingSum,
} from "../comparison/plda/person.ts";
import type { Calibration, PldaCalibration, PldaModel } from "../comparison/plda/plda-model.ts";
import { fitLogistic } from "./fit-logistic.ts";
import type { Directions } from "./joint-directions.ts";
import { groupRows, type WindowsTable } from "./windows-table.ts";

/** A space learnt without these people, one group of row numbers per population. */
export interface HeldOut {
  readonly space: Directions & { readonly mean: Float64Array };
  readonly groups: readonly (readonly number[])[];
}

interface Trial {
  readonly raw: number;
  readonly windows: number;
  readonly mated: boolean;
}

type Kind = keyof PldaCalibration;
const IDENTITY: Calibration = [1, 0, 0, 0];
/** Probes of so many windows: one, a few, a handful. */
const PROBE_WINDOWS = [1, 2, 5];
const ENROLLED_WINDOWS = 5;
const MOST_PEOPLE = 60;
const ROUNDS = 6;

/**
 * Fits the calibrations on people the space does not know. A kind that these people cannot show (nobody came back another day)
 * takes the calibration of the nearest one that they can.
 */
export function fitCalibration(table: WindowsTable, views: readonly HeldOut[]): PldaCalibration {
  const trials: Record<Kind, Trial[]> = { same: [], one: [], several: [] };
  for (const view of views) for (const rows of view.groups) collect(table, rows, { space: view.space, trials });
  const own = (kind: Kind): Calibration | undefined => fitOne(trials[kind]);
  const [same, one, several] = [own("same"), own("one"), own("several")];
  const fallback = one ?? same ?? several ?? IDENTITY;
  return { same: same ?? fallback, one: fallback, several: several ?? fallback };
}

function fitOne(trials: readonly Trial[]): Calibration | undefined {
  const mated = trials.filter((trial) => trial.mated).length;
  if (mated < 20 || trials.length - mated < 20) return undefined;
  const rows = trials.map(({ raw, windows }) => {
    const log = Math.log(windows);
    return [raw, raw * log, 1, log];
  });
  const labels = trials.map((trial) => (trial.mated ? 1 : 0));
  // Mated and non-mated trials weigh alike: the prior is not ours to learn.
  const alike = trials.map((trial) => 0.5 / (trial.mated ? mated : trials.length - mated));
  let weights = fitLogistic(rows, labels, alike);
  // Trials that are lapses must not flatten the line for all others (expectation maximisation over which are).
  for (let round = 0; round < ROUNDS; round += 1) {
    const meant = rows.map((row, i) => {
      const z = row.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0);
      const right = (1 - 2 * LAPSE) / (1 + Math.exp(labels[i] === 1 ? -z : z));
      return ((alike[i] ?? 0) * right) / (LAPSE + right);
    });
    weights = fitLogistic(rows, labels, meant);
  }
  const [a = 1, b = 0, c = 0, d = 0] = weights;
  return [a, b, c, d];
}

interface Work {
  readonly space: HeldOut["space"];
  readonly trials: Record<Kind, Trial[]>;
}

function collect(table: WindowsTable, rows: readonly number[], { space, trials }: Work): void {
  const model = asModel(space);
  const people = [...groupRows(table.subject, rows).values()]
    .slice(0, MOST_PEOPLE)
    .map((own) =>
      [...groupRows(table.sitting, own).values()].map((sitting) =>
        sitting.map((row) => ({ latent: project(table, row, space), size: table.size[row] ?? 1 })),
      ),
    );
  const probes = people.map((sittings) => ({
    later: sittings.slice(1).flatMap((sitting) => probesOf(sitting)),
    last: sittings.slice(3).flatMap((sitting) => probesOf(sitting)),
    rest: probesOf((sittings[0] ?? []).slice(ENROLLED_WINDOWS)),
  }));
  people.forEach((sittings, i) => {
    const judge = (kind: Kind, person: Person, pick: (of: (typeof probes)[number]) => readonly SittingSum[]): void => {
      const expected = expect(model, person, kind === "same");
      probes.forEach((of, j) => {
        for (const probe of pick(of))
          trials[kind].push({ raw: rawLlr(model, expected, probe), windows: probe.windows, mated: i === j });
      });
    };
    const first = sittings[0] ?? [];
    if (first.length > ENROLLED_WINDOWS) {
      const open = sum(first.slice(0, ENROLLED_WINDOWS));
      judge("same", { ...noPerson(model), open }, ({ rest }) => rest);
    }
    if (sittings.length < 2) return;
    judge("one", enrol(model, sittings.slice(0, 1)), ({ later }) => later);
    if (sittings.length > 3) judge("several", enrol(model, sittings.slice(0, 3)), ({ last }) => last);
  });
}

interface Placed {
  readonly latent: Float64Array;
  readonly size: number;
}

function sum(windows: readonly Placed[]): SittingSum {
  return windows.reduce(
    (total, { latent, size }) => addWindow(total, latent, size),
    noSitting(windows[0]?.latent.length ?? 0),
  );
}

function probesOf(windows: readonly Placed[]): SittingSum[] {
  return PROBE_WINDOWS.flatMap((count) =>
    Array.from({ length: Math.floor(windows.length / count) }, (_, i) =>
      sum(windows.slice(i * count, (i + 1) * count)),
    ),
  );
}

function enrol(model: PldaModel, sittings: readonly (readonly Placed[])[]): Person {
  let person = noPerson(model);
  for (const windows of sittings) person = closeSitting(model, { ...person, open: sum(windows) });
  return person;
}

/** Where a Gaussianised row lies, half length normalised as `latentOf` does. */
function project(table: WindowsTable, row: number, { vectors, between, mean }: HeldOut["space"]): Float64Array {
  const d = table.columns;
  const latent = new Float64Array(between.length);
  let length = 0;
  for (let k = 0; k < latent.length; k += 1) {
    let value = 0;
    for (let f = 0; f < d; f += 1)
      value += ((table.values[row * d + f] ?? 0) - (mean[f] ?? 0)) * (vectors[k * d + f] ?? 0);
    latent[k] = value;
    length += (value * value) / (1 + (between[k] ?? 0));
  }
  const shrink = (length / latent.length) ** 0.25;
  return shrink > 0 ? latent.map((value) => value / shrink) : latent;
}

/** The parts of a model that comparisons need. */
function asModel({ between, sitting }: Directions): PldaModel {
  const none = new Float32Array(0);
  return {
    id: "",
    extractor: "",
    unit: 1,
    features: new Uint16Array(0),
    knots: none,
    mean: none,
    projection: new Int8Array(0),
    scale: new Float32Array(between.length),
    between: Float32Array.from(between),
    sitting: Float32Array.from(sitting),
    calibration: { same: IDENTITY, one: IDENTITY, several: IDENTITY },
  };
}
