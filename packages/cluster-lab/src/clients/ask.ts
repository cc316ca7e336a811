import type { NodeId } from "@quorate/raft-core";
import type { LabNode } from "../node/machine.ts";
import { encodeCommand } from "../registers/command.ts";
import type { CasAction, ChangeMembersAction, GetAction, PutAction } from "../session/action.ts";
import type { CallAnswer, Request } from "./call.ts";

/** Asks the node. Rejects with what the node rejects with. */
export function ask(node: LabNode, request: Request, signal: AbortSignal): Promise<CallAnswer> {
  switch (request.type) {
    case "put":
      return put(node, request, signal);
    case "get":
      return get(node, request, signal);
    case "cas":
      return compareAndSet(node, request, signal);
    case "change-members":
      return changeMembers(node, request, signal);
    case "transfer":
      return transfer(node, request.to, signal);
  }
}

async function put(node: LabNode, { key, value }: PutAction, signal: AbortSignal): Promise<CallAnswer> {
  await node.propose(encodeCommand({ key, value }), { signal });
  return { type: "put" };
}

async function get(node: LabNode, { key, consistency }: GetAction, signal: AbortSignal): Promise<CallAnswer> {
  return { type: "get", value: await node.read(key, { consistency, signal }) };
}

async function compareAndSet(
  node: LabNode,
  { key, value, expected }: CasAction,
  signal: AbortSignal,
): Promise<CallAnswer> {
  const { succeeded } = await node.propose(encodeCommand({ key, value, expected }), { signal });
  return { type: "cas", succeeded };
}

async function changeMembers(node: LabNode, request: ChangeMembersAction, signal: AbortSignal): Promise<CallAnswer> {
  const { add, remove, promote, demote } = request;
  const added = add?.map(({ id, learner }) => ({ id, address: id, learner }));
  await node.changeMembers({ add: added, remove, promote, demote }, { signal });
  return { type: "change-members" };
}

async function transfer(node: LabNode, to: NodeId | undefined, signal: AbortSignal): Promise<CallAnswer> {
  const leader = await node.transferLeadership(to, { signal });
  return { type: "transfer", leader: leader.id };
}
