import type { NodeId } from "@quorate/raft-core";
import type { ClientAction, OperatorAction } from "../session/action.ts";

export type Request = ClientAction | OperatorAction;

/** What a client was told. */
export type CallAnswer =
  | { readonly type: "put" }
  /** `value` is null where there is no such key. */
  | { readonly type: "get"; readonly value: string | null }
  | { readonly type: "cas"; readonly succeeded: boolean }
  | { readonly type: "change-members" }
  | { readonly type: "transfer"; readonly leader: NodeId };

/**
 * What was asked of the cluster, and what came of it. `refused`: it certainly never happens. `unknown`: it may have
 * happened, or happen yet.
 */
export interface Call {
  /** Counts up from 1. */
  readonly id: number;
  /** 0: whoever runs the cluster. */
  readonly client: number;
  readonly request: Request;
  /** Whom it asked, one after the other: a node that does not lead names the one that does. */
  readonly asked: readonly NodeId[];
  readonly calledMs: number;
  readonly state: "waiting" | "done" | "refused" | "unknown";
  readonly endedMs: number | undefined;
  readonly answer: CallAnswer | undefined;
  /** Why it was refused, or is unknown: a `RaftErrorCode`, `DOWN`, `CONNECTION_LOST` or `NO_ANSWER`. */
  readonly code: string | undefined;
  /** The same in English. */
  readonly reason: string | undefined;
  /** The order of calls and answers, of which no two are the same. */
  readonly calledAt: number;
  readonly endedAt: number | undefined;
}
