import type { NodeId } from "@quorate/raft-core";
import type { FallibleOperation } from "../disk/disk.ts";
import type { LinkTraits } from "../network/link.ts";

/** Whoever leads when the fault comes about; where nobody does, the node that was named first. */
export const LEADER = "leader";

/** A node, or `LEADER`. */
export type Target = NodeId;

/** Something that goes wrong, mostly for a time. */
export type Mishap =
  | { readonly type: "cut"; readonly from: NodeId; readonly to: NodeId; readonly forMs: number }
  /** Nothing goes between the nodes named and the others. */
  | { readonly type: "partition"; readonly side: readonly Target[]; readonly forMs: number }
  /** Nothing goes from the nodes named to the others; what the others send arrives. */
  | { readonly type: "one-way-partition"; readonly side: readonly Target[]; readonly forMs: number }
  /** Nothing goes between the nodes named and the others, but the bridge reaches everybody, and everybody the bridge. */
  | {
      readonly type: "partial-partition";
      readonly side: readonly Target[];
      readonly bridge: NodeId;
      readonly forMs: number;
    }
  /** Cut off, and back, and cut off again, every `periodMs`. */
  | { readonly type: "flap"; readonly node: Target; readonly periodMs: number; readonly times: number }
  /** All links are like this for a while. */
  | { readonly type: "weather"; readonly traits: LinkTraits; readonly forMs: number }
  | { readonly type: "break"; readonly between: readonly [NodeId, NodeId] }
  | { readonly type: "clog"; readonly from: NodeId; readonly to: NodeId; readonly forMs: number }
  /** The node is closed in good order, and started again. */
  | { readonly type: "close"; readonly node: Target; readonly downMs: number }
  /** The process dies; what the system has cached stays. */
  | { readonly type: "kill"; readonly node: Target; readonly downMs: number }
  /** The machines lose power, and with it what was not synced. */
  | { readonly type: "power-loss"; readonly nodes: readonly Target[]; readonly downMs: number }
  /** The process dies, or its machine, in the middle of its so-many-th call of a port from now. */
  | {
      readonly type: "crash-at";
      readonly node: Target;
      readonly calls: number;
      readonly power: boolean;
      readonly downMs: number;
    }
  /**
   * The machine loses power while the so-many-th write from now of at least so many entries lies in the disk's cache.
   * Whatever the disk keeps of it, it is likely to be a part.
   */
  | {
      readonly type: "tear";
      readonly node: Target;
      readonly batches: number;
      readonly entriesMin: number;
      readonly downMs: number;
    }
  | { readonly type: "pause"; readonly node: Target; readonly forMs: number }
  | {
      readonly type: "disk-error";
      readonly node: Target;
      readonly operation: FallibleOperation;
      readonly count: number;
    }
  | { readonly type: "disk-full"; readonly node: Target; readonly forMs: number }
  | { readonly type: "disk-hang"; readonly node: Target; readonly forMs: number }
  | { readonly type: "disk-slow"; readonly node: Target; readonly factor: number; readonly forMs: number }
  /** A bit of what was durable has changed. */
  | { readonly type: "bit-rot"; readonly node: NodeId }
  | Change;

/**
 * Whoever operates the cluster asks its leader for a change. Nobody knows up front who will be a member then: what makes
 * no sense of the node named is asked for the next one, in the order of the configuration, of which it does.
 */
export type Change =
  | { readonly type: "add"; readonly node: NodeId; readonly learner: boolean }
  | { readonly type: "remove"; readonly node: NodeId }
  | { readonly type: "remove-leader" }
  /** One goes and another comes, in one change. */
  | { readonly type: "replace"; readonly node: NodeId; readonly by: NodeId }
  | { readonly type: "promote"; readonly node: NodeId }
  | { readonly type: "demote"; readonly node: NodeId }
  | { readonly type: "readdress"; readonly node: NodeId }
  /** The lead goes to whom the leader thinks best. */
  | { readonly type: "transfer" }
  | { readonly type: "transfer-to"; readonly node: NodeId }
  /**
   * The machine loses its disk, and comes back under its id with an empty one; then it is removed, and added again. Only
   * where a majority keeps its data, and everybody who counts on the node knows which incarnation of it was meant.
   */
  | { readonly type: "wipe"; readonly node: NodeId; readonly downMs: number };

/** A mishap and its time. */
export type Fault = Mishap & { readonly atMs: number };

export type FaultType = Fault["type"];

export const networkFaults: readonly FaultType[] = [
  "cut",
  "partition",
  "one-way-partition",
  "partial-partition",
  "flap",
  "weather",
  "break",
  "clog",
];
export const processFaults: readonly FaultType[] = ["close", "kill", "power-loss", "crash-at", "tear", "pause"];
export const diskFaults: readonly FaultType[] = ["disk-error", "disk-full", "disk-hang", "disk-slow"];
export const changeTypes: readonly Change["type"][] = [
  "add",
  "remove",
  "remove-leader",
  "replace",
  "promote",
  "demote",
  "readdress",
  "transfer",
  "transfer-to",
  "wipe",
];
export const faultTypes: readonly FaultType[] = [
  ...networkFaults,
  ...processFaults,
  ...diskFaults,
  "bit-rot",
  ...changeTypes,
];

export function isChange(fault: Fault): fault is Change & Fault {
  return changeTypes.some((type) => type === fault.type);
}
