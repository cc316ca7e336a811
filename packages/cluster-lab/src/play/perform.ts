import type { NodeId } from "@quorate/raft-core";
import { ask } from "../clients/ask.ts";
import type { Calls } from "../clients/calls.ts";
import type { Machine } from "../node/machine.ts";
import type { Action, ClientAction, LinkAction, NodeAction, OperatorAction } from "../session/action.ts";
import type { LabOptions } from "../session/options.ts";
import type { MarkText } from "../watch/marks.ts";
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
    | "stopped";
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

/** What was done, for the time line; or why it was not. */
export type Performed = { readonly mark: MarkText; readonly isClient: boolean } | { readonly refusal: Refusal };

/** Does what an action says, at once. */
export async function perform(stage: Stage, action: Action): Promise<Performed> {
  const fault = faultOf(stage, action);
  if (fault !== undefined) return { refusal: fault };
  switch (action.type) {
    case "put":
    case "get":
    case "cas":
      return askAsClient(stage, action);
    case "change-members":
    case "transfer":
      return askAsOperator(stage, action);
    case "cut":
    case "heal":
    case "heal-all":
    case "partition":
    case "link":
      return changeLinks(stage, action);
    case "start-spare":
      return startSpare(stage);
    default:
      return changeNode(action, machineOf(stage, action.node));
  }
}

function refusal(key: Refusal["key"], node: NodeId | undefined, reason: string): Refusal {
  return { key, node, reason };
}

function machineOf({ machines }: Stage, id: NodeId): Machine {
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

function faultOf(stage: Stage, action: Action): Refusal | undefined {
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

function askAsClient({ calls }: Stage, action: ClientAction): Performed {
  const { client = 1, via: node } = action;
  calls.begin(action, { client, via: node, ask });
  const what = action.type === "get" ? `get ${action.key}` : `${action.type} ${action.key} = ${action.value}`;
  const text = `client ${client} asks ${node}: ${what}`;
  return { mark: { kind: "action", node, text, values: { action: action.type, client } }, isClient: true };
}

function askAsOperator(stage: Stage, action: OperatorAction): Performed {
  const node = action.via ?? stage.leader() ?? "";
  stage.calls.begin(action, { client: 0, via: node, ask });
  const what = action.type === "transfer" ? "hand over the lead" : "change the members";
  const text = `${node} is asked to ${what}`;
  return { mark: { kind: "action", node, text, values: { action: action.type } }, isClient: false };
}

function changeLinks({ links, machines }: Stage, action: LinkAction): Performed {
  const done = (kind: MarkText["kind"], text: string): Performed => {
    return { mark: { kind, node: undefined, text, values: { action: action.type } }, isClient: false };
  };
  switch (action.type) {
    case "cut":
    case "heal": {
      const { from, to, both = false } = action;
      const pairs = both
        ? [
            { from, to },
            { from: to, to: from },
          ]
        : [{ from, to }];
      links[action.type](pairs);
      return done(action.type, `${action.type} ${from} ${both ? "↔" : "→"} ${to}`);
    }
    case "heal-all":
      links.healAll();
      return done("heal", "every link is healed");
    case "partition":
      links.partition([...machines.keys()], action.groups);
      return done("cut", `partition ${action.groups.map((group) => group.join(" ")).join(" | ")}`);
    case "link": {
      const { type: _type, from, to, ...conditions } = action;
      links.change(conditions, from, to);
      return done("action", from === undefined ? "links change" : `the link ${from} → ${to} changes`);
    }
  }
}

async function startSpare(stage: Stage): Promise<Performed> {
  const node = await stage.addSpare();
  if (node === undefined) return { refusal: refusal("no-room", undefined, "there are as many nodes as there may be") };
  const text = `${node} is started, a member of no cluster`;
  return { mark: { kind: "restart", node, text, values: { action: "start-spare" } }, isClient: false };
}

async function changeNode(action: Exclude<NodeAction, { type: "start-spare" }>, machine: Machine): Promise<Performed> {
  const { id: node } = machine;
  const done = (kind: MarkText["kind"], text: string): Performed => {
    return { mark: { kind, node, text: `${node} ${text}`, values: { action: action.type } }, isClient: false };
  };
  switch (action.type) {
    case "kill":
      machine.kill();
      return done("crash", "dies");
    case "restart":
      if (machine.state === "failed") machine.kill();
      machine.start();
      return done("restart", "is started again");
    case "wipe":
      await machine.wipe();
      machine.start();
      return done("restart", "is started again with an empty disk");
    case "pause":
      machine.pause();
      return done("action", "stands still");
    case "resume":
      machine.resume();
      return done("action", "goes on");
    case "clock":
      machine.clock.rate = action.rate;
      return done("action", `has a clock that runs at ${action.rate}`);
    case "force-election": {
      const { timer } = machine.status()?.election ?? {};
      if (timer !== undefined) machine.clock.leap(timer.deadlineMs - machine.clock.nowMs);
      return done("action", "reaches the end of its election timeout");
    }
    case "compact":
      machine.wantSnapshot();
      return done("action", "takes a snapshot with the next entry that it applies");
  }
}
