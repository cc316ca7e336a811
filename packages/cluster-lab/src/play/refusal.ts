import type { NodeId } from "@quorate/raft-core";
import type { Calls } from "../clients/calls.ts";
import type { Machine } from "../node/machine.ts";
import type { Action, NodeAction } from "../session/action.ts";
import type { LabOptions } from "../session/options.ts";
import type { Links } from "./links.ts";

/** Why an action was not done; nothing has changed, and it is no part of the session. */
export interface Refusal {
  readonly key:
    | "no-such-node"
    | "runs-already"
    | "does-not-run"
    | "paused-already"
    | "not-paused"
    | "no-election-timeout"
    | "no-leader"
    | "no-room"
    | "no-lease"
    | "wrong-delay"
    | "stopped"
    /** Nothing more can be recorded. */
    | "full"
    /** The cluster was stopped on its way to the moment at which it should be done. */
    | "not-there";
  readonly node: NodeId | undefined;
  /** In English. */
  readonly reason: string;
}

/** What actions are done to. */
export interface Stage {
  readonly options: LabOptions;
  readonly links: Links;
  readonly calls: Calls;
  readonly machines: ReadonlyMap<NodeId, Machine>;
  /** Whoever leads the latest term, as far as it runs. */
  leader(): NodeId | undefined;
  /** Undefined where there is no room for another one. */
  addSpare(): Promise<NodeId | undefined>;
}

export function refusal(key: Refusal["key"], node: NodeId | undefined, reason: string): Refusal {
  return { key, node, reason };
}

export function machineOf({ machines }: Stage, id: NodeId): Machine {
  const machine = machines.get(id);
  if (machine === undefined) throw new TypeError(`there is no node ${id}`);
  return machine;
}

/** Every node that the action names but those that a change of members may add later. */
function namedBy(action: Action): readonly NodeId[] {
  switch (action.type) {
    case "put":
    case "get":
    case "cas":
      return [action.via];
    case "change-members":
      return action.via === undefined ? [] : [action.via];
    case "transfer":
      return [action.to, action.via].filter((id) => id !== undefined);
    case "cut":
    case "heal":
      return [action.from, action.to];
    case "link":
      return [action.from, action.to].filter((id) => id !== undefined);
    case "partition":
      return action.groups.flat();
    case "heal-all":
    case "start-spare":
      return [];
    default:
      return [action.node];
  }
}

/** Why the action cannot be done now; undefined where it can. */
export function faultOf(stage: Stage, action: Action): Refusal | undefined {
  const stranger = namedBy(action).find((id) => !stage.machines.has(id));
  if (stranger !== undefined) return refusal("no-such-node", stranger, `there is no node ${stranger}`);
  switch (action.type) {
    case "get":
      if (action.consistency !== "lease" || stage.options.leaseDriftMax !== undefined) return undefined;
      return refusal("no-lease", undefined, "lease reads need the option leaseDriftMax");
    case "change-members":
    case "transfer":
      if ((action.via ?? stage.leader()) !== undefined) return undefined;
      return refusal("no-leader", undefined, "no node leads");
    case "link":
      return linkFault(stage, action);
    case "kill":
    case "restart":
    case "pause":
    case "resume":
    case "force-election":
    case "compact":
      return nodeFault(action.type, machineOf(stage, action.node));
    default:
      return undefined;
  }
}

function linkFault({ links }: Stage, action: Extract<Action, { type: "link" }>): Refusal | undefined {
  const { from = "", to = "" } = action;
  if ((from === "") !== (to === "")) return refusal("no-such-node", undefined, "name both ends of a link, or none");
  const now = links.conditions(from, to);
  const [minMs, maxMs] = [action.delayMinMs ?? now.delayMinMs, action.delayMaxMs ?? now.delayMaxMs];
  return minMs <= maxMs ? undefined : refusal("wrong-delay", undefined, `${minMs} ms is above ${maxMs} ms`);
}

function nodeFault(type: NodeAction["type"], machine: Machine): Refusal | undefined {
  const { id, isPaused, state } = machine;
  if (type === "restart") {
    return state === "down" || state === "failed" ? undefined : refusal("runs-already", id, `${id} runs already`);
  }
  if (state === "down") return refusal("does-not-run", id, `${id} does not run`);
  if (type === "resume") return isPaused ? undefined : refusal("not-paused", id, `${id} is not paused`);
  if (type === "kill") return undefined;
  if (state !== "up") return refusal("does-not-run", id, `${id} does not run yet, or no more`);
  if (type === "pause") return isPaused ? refusal("paused-already", id, `${id} is paused already`) : undefined;
  if (type === "force-election" && machine.status()?.election.timer === undefined) {
    return refusal("no-election-timeout", id, `${id} waits for no election timeout: it leads, or has no vote`);
  }
  return undefined;
}
