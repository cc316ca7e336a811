import type { ElectionStatus, FollowerStatus, Incarnation, Member, Membership, NodeId, Role } from "@quorate/raft-core";
import type { NodeFailure } from "./events.ts";

/** A node as it sees itself and its cluster at this moment. */
export interface RaftNodeStatus {
  readonly id: NodeId;
  /** Which node of this id it is: drawn when nothing was stored, kept for good. */
  readonly incarnation: Incarnation | undefined;
  /**
   * The cluster knows another incarnation under this id, so what this node had stored is lost: it has no vote and is not
   * counted. Remove it from the cluster and add it again, under the same id or another.
   */
  readonly isForgotten: boolean;
  readonly role: Role;
  readonly term: number;
  /** The leader of this term as far as this node knows. */
  readonly leader: Member | undefined;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Of the log; the entries before it live in the snapshot. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Up to where the latest snapshot reaches; 0 where there is none. */
  readonly snapshotIndex: number;
  readonly membership: Membership;
  /** How far the others have come; empty unless this node leads. */
  readonly followers: readonly FollowerStatus[];
  /** Its vote, its election timeout and, while it stands for election, what it has heard; times are its clock's. */
  readonly election: ElectionStatus;
  /** Whom this leader is handing over to. */
  readonly transferTo: NodeId | undefined;
  /** Why the node has stopped for good. It leads nobody then, and knows no leader; the rest is as it was at that moment. */
  readonly failed: NodeFailure | undefined;
}
