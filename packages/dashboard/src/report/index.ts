export { clusterMessageSchema } from "./cluster-message-schema.ts";
export { eventsMax, reportIntervalMs, silenceMsMax } from "./rhythm.ts";
export { nodeReportSchema } from "./node-report-schema.ts";
export type { ClusterEvent, ClusterMessage, EventKind, EventValues } from "./cluster-message.ts";
export type {
  Counters,
  ElectionReport,
  EntryReport,
  FollowerReport,
  HealthReport,
  Latencies,
  LatencyReport,
  MembershipReport,
  NodeReport,
  RaftReport,
  SnapshotTransferReport,
} from "./node-report.ts";
