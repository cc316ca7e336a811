export { Latencies } from "./report/latencies.ts";
export type { LatencyBucket, LatencySummary } from "./report/latencies.ts";
export type { Outcome } from "./report/outcome.ts";
