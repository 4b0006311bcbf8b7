export { benchCollector } from "../../packages/collector/bench/collector-bench.ts";
