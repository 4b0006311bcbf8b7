import { createRandom, type PldaModel, shippedTyping } from "@habitus/core";
import { fitPrivatePlda, type PrivateFitOptions, type WindowsTable } from "@habitus/core/fit";
import type { Recording } from "../recordings/recording.ts";
import type { LabSystem } from "../systems/lab-system.ts";
import { windowsTable } from "../systems/typing-recipe.ts";
import { judgeTyping } from "./judge-typing.ts";
import { typingModel, typingOf, typists } from "./typing-models.ts";

/** Less than one in as many people as a service has. */
export const DELTA = 1e-6;
type Ways = Partial<Pick<PrivateFitOptions, "clip" | "prior" | "dimensions">>;

const tables = new WeakMap<readonly Recording[], WindowsTable>();
const models = new Map<string, WeakMap<readonly Recording[], PldaModel>>();

/** The typing of `habitus` with backgrounds that were learnt with and without a promise to those they were learnt from. */
export const privateSystems: readonly LabSystem[] = [
  systemOf("shipped", () => shippedTyping().model),
  systemOf("own", (background) => typingModel(background)),
  systemOf("adapted", (background, seed) => privately(background, { seed, epsilon: undefined, ways: {} })),
  ...[10, 3, 1].map((epsilon) =>
    systemOf(`epsilon-${epsilon}`, (background, seed) => privately(background, { seed, epsilon, ways: {} })),
  ),
  ...Object.entries({
    "no-prior": { prior: 0 },
    "clip-0.5": { clip: 0.5 },
    "clip-1.2": { clip: 1.2 },
    "48-dimensions": { dimensions: 48 },
  } satisfies Record<string, Ways>).map(([name, ways]) =>
    systemOf(`epsilon-3-${name}`, (background, seed) => privately(background, { seed, epsilon: 3, ways })),
  ),
];

interface Privately {
  readonly seed: number;
  readonly epsilon: number | undefined;
  readonly ways: Ways;
}

function privately(background: readonly Recording[], { seed, epsilon, ways }: Privately): PldaModel {
  const table = tables.get(background) ?? windowsTable([typists(background)]);
  tables.set(background, table);
  return fitPrivatePlda(table, {
    id: "lab",
    base: shippedTyping().model,
    budget: epsilon === undefined ? undefined : { epsilon, delta: DELTA },
    random: createRandom(seed),
    ...ways,
  }).model;
}

function systemOf(name: string, learn: (background: readonly Recording[], seed: number) => PldaModel): LabSystem {
  return {
    name,
    version: 1,
    usesBackground: true,
    calibrated: true,
    applicable: ({ experiment }) => experiment === "dp",
    byDefault: (experiment) => experiment === "dp",
    fit: ({ seed }, background) => {
      const own = models.get(`${name}:${seed}`) ?? new WeakMap<readonly Recording[], PldaModel>();
      models.set(`${name}:${seed}`, own);
      const model = own.get(background) ?? learn(background, seed);
      own.set(background, model);
      return judgeTyping(model, typingOf);
    },
  };
}
