export { builtPage } from "./files/index.ts";
export type { BuiltPage, PageFile } from "./files/index.ts";
export { clusterMessageSchema, nodeReportSchema } from "./report/index.ts";
export type { ClusterEvent, ClusterMessage, EventKind, NodeReport } from "./report/index.ts";
