import { benchBatches } from "../../packages/server/bench/batches-bench.ts";
import type { Row } from "./row.ts";

const GOAL = 0.5;
const WHAT = {
  features:
    "durable batches of 50 events, read and sealed in the page, compared and decided (peer: parse and validate only)",
  events: "durable batches of 50 events, read by the service, compared and decided (peer: parse and validate only)",
} as const;

/** Durable batches per second of the whole service beside a bare Fastify route that parses and validates the same bodies. */
export async function benchService(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const way of ["features", "events"] as const) {
    const { ours, bare, ratio } = await benchBatches(way);
    rows.push({
      what: WHAT[way],
      unit: "per s",
      ours,
      peer: { name: "bare Fastify route", value: bare },
      ratio,
      goal: `at least ${GOAL} of its rate`,
      met: ratio >= GOAL,
    });
  }
  return rows;
}
