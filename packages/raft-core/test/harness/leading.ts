import type { Effect, Input, MembershipChange, NodeId } from "../../src/index.ts";
import { messagesOf } from "./effects.ts";
import { LoneNode, type LoneNodeOptions } from "./lone-node.ts";
import { accepted } from "./messages.ts";

/** A leader whose first entry of its term, and all before it, its peers hold: they and their answers are the test's. */
export function leading(options: LoneNodeOptions = {}): LoneNode {
  const node = new LoneNode(options);
  const { voters, outgoing } = node.raft.membership;
  node.elect([...new Set([...voters, ...outgoing])].filter((id) => id !== node.id));
  acknowledge(node);
  return node;
}

export const changeMembers = (change: MembershipChange, id = 7): Input => ({ type: "change-members", id, change });

export const transferTo = (to?: NodeId, id = 8): Input => ({ type: "transfer", id, to });

/** The peers named, or all, acknowledge all that the leader has; what that brings about is not acknowledged. */
export function acknowledge(node: LoneNode, ids: readonly NodeId[] = peersOf(node)): readonly Effect[] {
  const { term, lastIndex } = node.raft;
  return ids.flatMap((id) => node.hear(id, accepted(term, lastIndex)));
}

/** The next heartbeat; the peers named, or all, answer it, and acknowledge nothing new. */
export function beat(node: LoneNode, ids: readonly NodeId[] = peersOf(node), said: object = {}): readonly Effect[] {
  const effects = [...node.timeOut()];
  const { term } = node.raft;
  const round = messagesOf(effects, "heartbeat")[0]?.round;
  if (round === undefined) return effects;
  for (const from of ids) {
    const matchIndex = node.raft.followers().find(({ id }) => id === from)?.matchIndex ?? 0;
    effects.push(...node.hear(from, { type: "heartbeat-reply", term, round, matchIndex, ...said }));
  }
  return effects;
}

function peersOf(node: LoneNode): readonly NodeId[] {
  return node.raft.followers().map(({ id }) => id);
}
