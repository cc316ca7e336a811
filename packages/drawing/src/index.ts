export type { ClusterView, CutView, FlightView } from "./view/cluster-view.ts";
export type {
  Condition,
  ElectionView,
  EntryView,
  FollowerView,
  LogView,
  MembershipView,
  NodeView,
  SnapshotView,
  Standing,
} from "./view/node-view.ts";
export type { MarkKind, TimeMark } from "./view/time-mark.ts";
