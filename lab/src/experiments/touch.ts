import { touch } from "@habitus/core";
import { createTouchers, touchSession } from "@habitus/core/attacks";
import { fixedBackground } from "../protocols/background.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { compareSupporting } from "../running/compare-supporting.ts";
import { type Judged, judge } from "../running/row.ts";
import { checkNames, differences, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const PEOPLE = 100;
const ENROLLED = 3;
const SITTINGS = 6;
const OTHERS = 20;
const MINUTES = 2;
const DAY_MS = 86_400_000;
/** Other people than those whom the shipped background was fitted on. */
const PEOPLE_SEED = 70_000;
const KINDS = [
  { name: "window", note: "one window of ten gestures or thirty inputs of a soft keyboard", windows: 1 },
  { name: "sitting", note: `all windows of ${MINUTES} minutes`, windows: Number.POSITIVE_INFINITY },
] as const;

/** Taps, swipes and soft keyboards of simulated people. */
export const touchExperiment: Runnable = {
  name: "touch",
  title: "Touch (simulated people)",
  async run({ seed, protocols, progress, onScores }) {
    const wanted = checkNames(
      KINDS.map(({ name }) => name),
      protocols,
    );
    progress.at(0, "touch: simulating");
    const people = createTouchers(PEOPLE, PEOPLE_SEED + seed).map((habits, i) => ({
      name: `touch-${i + 1}`,
      sittings: Array.from({ length: SITTINGS }, (_, day) => {
        const events = touchSession(habits, {
          startAt: day * DAY_MS,
          durationMs: MINUTES * 60_000,
          seed: 100 * seed + day,
        });
        return touch.push(touch.initial(), events).sets;
      }),
    }));
    const judged: Judged[] = [];
    for (const kind of KINDS.filter(({ name }) => wanted.includes(name))) {
      progress.at(judged.length / KINDS.length, `touch: ${kind.name}`);
      const judgeOf = (sets: (typeof people)[number]["sittings"][number]) => sets.slice(0, kind.windows);
      const raw = compareSupporting(touch, people, { enrolled: ENROLLED, others: OTHERS, judgeOf });
      await onScores(touch.name, kind.name, raw);
      judged.push(judge(raw, { protocol: protocolOf(kind), system: touch, seed }));
    }
    return {
      rows: judged.map(({ row }) => ({ ...row, simulated: true })),
      data: [
        {
          name: `simulated people (createTouchers(${PEOPLE}, ${PEOPLE_SEED + seed}), touchSession)`,
          sha256: "",
          subjects: PEOPLE,
          recordings: PEOPLE * SITTINGS,
          dropped: {},
          files: {},
        },
      ],
      differences: differences(judged),
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

function protocolOf({ name, note }: (typeof KINDS)[number]): Protocol {
  return {
    name,
    note: `SIMULATED people: no set of free touches was at hand; this says that the model runs and how it is calibrated on them, not how well it recognises anybody; enrolled from ${ENROLLED} sittings, ${SITTINGS - ENROLLED} later ones compared, ${OTHERS} other people's; ${note}`,
    claims: [],
    background: fixedBackground([], "background: the shipped one, fitted on other simulated people of the same makers"),
    windows: SENTENCE_WINDOWS,
    left: {},
  };
}
