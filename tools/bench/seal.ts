import { benchSeal } from "../../packages/server/bench/seal-bench.ts";
import type { Row } from "./row.ts";

const GOAL = 0.15;

/** What encryption costs on the way of a batch: sealed by the page and at rest, and neither. */
export async function benchSealing(): Promise<Row[]> {
  const { sealedUs, plainUs, overhead } = await benchSeal();
  return [
    {
      what: "processor time of a durable 50-event batch, sealed by the page and at rest (peer: the same, neither sealed)",
      unit: "us",
      ours: sealedUs,
      peer: { name: "no encryption", value: plainUs },
      ratio: 1 + overhead,
      goal: `at most ${100 * GOAL} % more`,
      met: overhead <= GOAL,
    },
  ];
}
