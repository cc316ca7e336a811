import { Asking } from "../clients/asking.ts";
import type { Machine } from "../node/machine.ts";
import type { Action, ClientAction, LinkAction, NodeAction, OperatorAction } from "../session/action.ts";
import type { MarkText } from "../watch/marks.ts";
import { type Refusal, type Stage, faultOf, machineOf, refusal } from "./refusal.ts";

export { actionOf } from "../session/action.ts";

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

function askAsClient({ calls }: Stage, action: ClientAction): Performed {
  const { client = 1, via: node } = action;
  new Asking(calls).begin(action, client, node);
  const what = action.type === "get" ? `get ${action.key}` : `${action.type} ${action.key} = ${action.value}`;
  const text = `client ${client} asks ${node}: ${what}`;
  return { mark: { kind: "action", node, text, values: { action: action.type, client } }, isClient: true };
}

function askAsOperator(stage: Stage, action: OperatorAction): Performed {
  const node = action.via ?? stage.leader() ?? "";
  new Asking(stage.calls).begin(action, 0, node);
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
