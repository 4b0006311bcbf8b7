import { benchBatches } from "../../packages/server/bench/batches-bench.ts";
import type { Row } from "./row.ts";

const GOAL = 0.5;

/** Durable batches per second of the whole service beside a bare Fastify route that parses and validates the same bodies. */
export async function benchService(): Promise<Row[]> {
  const { ours, bare, ratio } = await benchBatches();
  return [
    {
      what: "durable 50-event batches, compared and decided (peer: parse and validate only)",
      unit: "per s",
      ours,
      peer: { name: "bare Fastify route", value: bare },
      ratio,
      goal: `at least ${GOAL} of its rate`,
      met: ratio >= GOAL,
    },
  ];
}
