import { type NodeId, incarnationOf } from "./membership.ts";
import type { Disowned, Incarnation, Message } from "./message.ts";
import type { Progress } from "./progress.ts";
import { becomeFollower } from "./roles.ts";
import type { State } from "./state.ts";

/*
 * A node that comes back under its id with an empty disk has forgotten whom it voted for and what it acknowledged:
 * counted as the voter that it was, it could elect a second leader, or one that lacks what is committed. So every promise
 * says whose it is, the leader writes that into the configuration, and promises of another incarnation are none. The
 * configuration that a cluster begins with cannot name incarnations; what holds there instead is said in quorum.ts.
 */

/** Who promises something in `message`; undefined where it promises nothing, or the sender was started without one. */
function incarnationIn(message: Message): Incarnation | undefined {
  return message.type !== "disowned" && "incarnation" in message ? message.incarnation : undefined;
}

/** Whether the sender may know a later configuration than this node: one that names it anew. */
function isAhead({ log }: State, message: Message): boolean {
  if (message.type !== "request-vote") return false;
  const { lastIndex: index, lastTerm: term } = message;
  return log.isUpToDate({ index, term }) && (index !== log.lastIndex || term !== log.lastTerm);
}

/** Whether the sender is another one than the configuration, or this leader, knows under that id. It is told so. */
export function isImpostor(state: State, from: NodeId, message: Message): boolean {
  const said = incarnationIn(message);
  if (said === undefined || isAhead(state, message)) return false;
  const meant = incarnationOf(state.membership, from) ?? state.leading?.followers.get(from)?.incarnation;
  if (meant === undefined || meant === said) return false;
  const remedy = `remove ${from} from the cluster, then add it again`;
  state.out.now({ type: "suspect", peer: from, reason: `has lost what it had stored and is not counted: ${remedy}` });
  state.out.send(from, { type: "disowned", term: state.term, incarnation: meant });
  return true;
}

/**
 * Learns from its answer who a follower is. False where the answer may be that of an earlier node of the same id, which
 * was removed while this leader led.
 */
export function isIdentified(progress: Progress, message: Message): boolean {
  const said = incarnationIn(message);
  if (said === undefined || said === progress.incarnation) return true;
  const isFresh =
    progress.sinceRound < 0 || (message.type === "heartbeat-reply" && message.round > progress.sinceRound);
  if (isFresh) progress.incarnation = said;
  return isFresh;
}

/** This node is not the one that its peers know under its id. One that lags behind may be wrong: the own log decides. */
export function onDisowned(state: State, from: NodeId, message: Disowned): void {
  const { incarnation } = state;
  if (incarnation === undefined || message.incarnation === incarnation || state.isDisowned) return;
  if (incarnationOf(state.membership, state.id) === incarnation) return;
  state.isDisowned = true;
  becomeFollower(state, state.term, state.leader === state.id ? undefined : state.leader);
  state.out.now({ type: "disowned", by: from });
}
