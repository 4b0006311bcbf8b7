import { benchSeal } from "../../packages/server/bench/seal-bench.ts";
import type { Row } from "./row.ts";

const GOAL = 0.15;

/** What it costs that everything is sealed at rest: the way of a batch with AES-256-GCM and with a cipher that copies. */
export async function benchSealing(): Promise<Row[]> {
  const { sealedUs, plainUs, overhead } = await benchSeal();
  return [
    {
      what: "processor time of a durable 50-event batch, sealed at rest (peer: the same with a cipher that copies)",
      unit: "us",
      ours: sealedUs,
      peer: { name: "a cipher that copies", value: plainUs },
      ratio: 1 + overhead,
      goal: `at most ${100 * GOAL} % more`,
      met: overhead <= GOAL,
    },
  ];
}
