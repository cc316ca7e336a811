import type { NodeId } from "@quorate/raft-core";
import * as z from "zod/mini";
import { faultIn, flag, integerFrom, listOf, nodeId, numberFrom, oneOf, textOf } from "./schema.ts";

/** How old the state may be that a read sees; as `ReadOptions.consistency` of `RaftNode`. */
export type Consistency = "linearizable" | "lease" | "stale";

/** What a client asks of a node. `client` tells clients apart in the history; 1 unless given. */
export type ClientAction =
  | PutAction
  | GetAction
  /** Sets the key if it holds `expected`, where null is "there is no such key". */
  | CasAction;

export interface PutAction {
  readonly type: "put";
  readonly via: NodeId;
  readonly key: string;
  readonly value: string;
  readonly client?: number | undefined;
}

export interface GetAction {
  readonly type: "get";
  readonly via: NodeId;
  readonly key: string;
  readonly consistency: Consistency;
  readonly client?: number | undefined;
}

export interface CasAction {
  readonly type: "cas";
  readonly via: NodeId;
  readonly key: string;
  readonly expected: string | null;
  readonly value: string;
  readonly client?: number | undefined;
}

/** What whoever runs the cluster asks of it: of the leader, unless `via` names a node. */
export type OperatorAction = ChangeMembersAction | TransferAction;

export interface ChangeMembersAction {
  readonly type: "change-members";
  readonly add?: readonly { readonly id: NodeId; readonly learner?: boolean | undefined }[] | undefined;
  readonly remove?: readonly NodeId[] | undefined;
  readonly promote?: readonly NodeId[] | undefined;
  readonly demote?: readonly NodeId[] | undefined;
  readonly via?: NodeId | undefined;
}

export interface TransferAction {
  readonly type: "transfer";
  /** The most advanced voter, unless given. */
  readonly to?: NodeId | undefined;
  readonly via?: NodeId | undefined;
}

/** What happens to one node. */
export type NodeAction =
  /** Its process dies, and with it what its disk had not made durable. */
  | { readonly type: "kill"; readonly node: NodeId }
  | { readonly type: "restart"; readonly node: NodeId }
  /** It dies, its disk is replaced by an empty one, and it is started again as if nothing had happened. */
  | { readonly type: "wipe"; readonly node: NodeId }
  /** It stands still; what arrives piles up. */
  | { readonly type: "pause"; readonly node: NodeId }
  | { readonly type: "resume"; readonly node: NodeId }
  /** How fast its clock runs from now on; 1 is right. */
  | { readonly type: "clock"; readonly node: NodeId; readonly rate: number }
  /** Its clock leaps to the end of its election timeout. */
  | { readonly type: "force-election"; readonly node: NodeId }
  /** It takes a snapshot with the next entry that it applies. */
  | { readonly type: "compact"; readonly node: NodeId }
  /** A node that belongs to no cluster yet is started; it takes the next free id. */
  | { readonly type: "start-spare" };

/** What happens to links. A link is one direction. */
export type LinkAction =
  | { readonly type: "cut"; readonly from: NodeId; readonly to: NodeId; readonly both?: boolean | undefined }
  | { readonly type: "heal"; readonly from: NodeId; readonly to: NodeId; readonly both?: boolean | undefined }
  /** Nothing is cut any more. */
  | { readonly type: "heal-all" }
  /** Nothing goes from one group to another; nodes that no group names form one together. Replaces every cut. */
  | { readonly type: "partition"; readonly groups: readonly (readonly NodeId[])[] }
  | LinkConditionsAction;

/** Changes what the link does to messages from now on; without `from` and `to`, every link. */
export interface LinkConditionsAction {
  readonly type: "link";
  readonly from?: NodeId | undefined;
  readonly to?: NodeId | undefined;
  readonly delayMinMs?: number | undefined;
  readonly delayMaxMs?: number | undefined;
  readonly dropRate?: number | undefined;
  readonly duplicateRate?: number | undefined;
  readonly ordered?: boolean | undefined;
}

export type Action = ClientAction | OperatorAction | NodeAction | LinkAction;
export type ActionType = Action["type"];

const TEXT_MAX = 200;
const LIST_MAX = 20;
const CLIENTS_MAX = 1000;
const DELAY_MAX_MS = 600_000;
const RATE_MAX = 100;

const key = textOf(1, TEXT_MAX);
const value = textOf(0, TEXT_MAX);
const client = z.optional(integerFrom(1, CLIENTS_MAX));
const ids = z.optional(listOf(nodeId, LIST_MAX));
const delay = z.optional(numberFrom(0, DELAY_MAX_MS));
const share = z.optional(numberFrom(0, 1));
const newMember = z.strictObject({ id: nodeId, learner: z.optional(flag) });

export const actionSchema: z.ZodMiniType<Action> = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("put"), via: nodeId, key, value, client }),
    z.strictObject({
      type: z.literal("get"),
      via: nodeId,
      key,
      consistency: oneOf(["linearizable", "lease", "stale"]),
      client,
    }),
    z.strictObject({ type: z.literal("cas"), via: nodeId, key, expected: z.nullable(value), value, client }),
    z.strictObject({
      type: z.literal("change-members"),
      add: z.optional(listOf(newMember, LIST_MAX)),
      remove: ids,
      promote: ids,
      demote: ids,
      via: z.optional(nodeId),
    }),
    z.strictObject({ type: z.literal("transfer"), to: z.optional(nodeId), via: z.optional(nodeId) }),
    z.strictObject({
      type: z.literal(["kill", "restart", "wipe", "pause", "resume", "force-election", "compact"]),
      node: nodeId,
    }),
    z.strictObject({ type: z.literal("clock"), node: nodeId, rate: numberFrom(1 / RATE_MAX, RATE_MAX) }),
    z.strictObject({ type: z.literal(["cut", "heal"]), from: nodeId, to: nodeId, both: z.optional(flag) }),
    z.strictObject({ type: z.literal(["start-spare", "heal-all"]) }),
    z.strictObject({ type: z.literal("partition"), groups: listOf(listOf(nodeId, LIST_MAX), LIST_MAX) }),
    z.strictObject({
      type: z.literal("link"),
      from: z.optional(nodeId),
      to: z.optional(nodeId),
      delayMinMs: delay,
      delayMaxMs: delay,
      dropRate: share,
      duplicateRate: share,
      ordered: z.optional(flag),
    }),
  ],
  "is none that there is",
);

/** `given` as an action. Throws a TypeError that names what is wrong with it. */
export function actionOf(given: unknown): Action {
  const { data, error } = actionSchema.safeParse(given);
  if (error !== undefined) throw faultIn("action", error.issues);
  return data;
}
