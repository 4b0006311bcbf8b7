import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;
export type HttpMetrics = ReturnType<typeof createHttpMetrics>;

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What is counted where requests are answered. No label says who. */
export function createHttpMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: "habitus_request_seconds",
      help: "Time to answer, without batches.",
      labelNames: ["route", "status"],
      buckets: seconds,
      registers,
    }),
    problems: new Counter({
      name: "habitus_problems_total",
      help: "Answers that were problems, by their code.",
      labelNames: ["code"],
      registers,
    }),
  };
}

/** What is counted in the engine: counts and durations only, no label says who. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const batches = new Counter({
    name: "habitus_batches_total",
    help: "Batches by result: accepted or repeated.",
    labelNames: ["result"],
    registers,
  });
  return {
    registry,
    batches,
    accepted: batches.labels("accepted"), // looked up once: every batch counts here
    events: new Counter({ name: "habitus_events_total", help: "Events accepted.", registers }),
    windows: new Counter({
      name: "habitus_windows_total",
      help: "Windows by what became of them.",
      labelNames: ["result"],
      registers,
    }),
    decisions: new Counter({
      name: "habitus_decisions_total",
      help: "Changes of a session's decision.",
      labelNames: ["decision"],
      registers,
    }),
    challenges: new Counter({
      name: "habitus_challenges_total",
      help: "Step-ups by context and how they turned out: asked, inVain (it was the owner), right, unlabelled.",
      labelNames: ["context", "result"],
      registers,
    }),
    shadowDecisions: new Counter({
      name: "habitus_shadow_decisions_total",
      help: "Changes of the decision that the shadow policy would take.",
      labelNames: ["decision"],
      registers,
    }),
    activeSeconds: new Counter({
      name: "habitus_active_seconds_total",
      help: "Seconds of active use of enrolled subjects: challenges in vain over these are the live false-challenge rate.",
      registers,
    }),
    enrolments: new Counter({
      name: "habitus_enrolments_total",
      help: "Enrolments by result.",
      labelNames: ["result"],
      registers,
    }),
    enrolSeconds: new Histogram({
      name: "habitus_enrol_seconds",
      help: "Time to make a reference.",
      buckets: seconds,
      registers,
    }),
    commitSeconds: new Histogram({
      name: "habitus_commit_seconds",
      help: "Time of one durable commit.",
      buckets: seconds,
      registers,
    }),
    commitUnits: new Histogram({
      name: "habitus_commit_units",
      help: "Requests that shared one commit.",
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
      registers,
    }),
    keysAvailable: new Gauge({
      name: "habitus_keys_available",
      help: "1 while the key-encryption keys can be used, 0 while they are away.",
      registers,
    }),
    liveSessions: new Gauge({ name: "habitus_live_sessions", help: "Sessions held in memory.", registers }),
    failures: new Counter({
      name: "habitus_failures_total",
      help: "Failures inside the service.",
      labelNames: ["where"],
      registers,
    }),
  };
}
