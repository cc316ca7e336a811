import { type NodeId, RaftError } from "@quorate/raft-core";
import type { KvAnswer, KvResult } from "@quorate/statemachine-kv";
import type { LabNode } from "../node/machine.ts";
import { store } from "../node/store.ts";
import type { CasAction, ChangeMembersAction, GetAction, PutAction } from "../session/action.ts";
import type { CallAnswer, Request } from "./call.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
  const command = store().encodeCommand({ type: "put", key: encoder.encode(key), value: encoder.encode(value) });
  return { type: "put", revision: revisionOf(await node.propose(command, { signal })) };
}

async function get(node: LabNode, { key, consistency }: GetAction, signal: AbortSignal): Promise<CallAnswer> {
  const answer: KvAnswer = await node.read({ type: "get", key: encoder.encode(key) }, { consistency, signal });
  const value = answer.type === "get" && answer.kv !== undefined ? decoder.decode(answer.kv.value) : null;
  return { type: "get", value, revision: answer.revision };
}

async function compareAndSet(node: LabNode, request: CasAction, signal: AbortSignal): Promise<CallAnswer> {
  const key = encoder.encode(request.key);
  const { expected } = request;
  const command = store().encodeCommand({
    type: "txn",
    compares: [
      expected === null
        ? { target: "version", key, operator: "=", value: 0 }
        : { target: "value", key, operator: "=", value: encoder.encode(expected) },
    ],
    success: [{ type: "put", key, value: encoder.encode(request.value) }],
    failure: [{ type: "get", key }],
  });
  const result = await node.propose(command, { signal });
  return { type: "cas", succeeded: result.type === "txn" && result.succeeded, revision: revisionOf(result) };
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

function revisionOf(result: KvResult): number {
  if (result.type === "invalid") throw new RaftError("INTERNAL", result.message);
  return result.revision;
}
