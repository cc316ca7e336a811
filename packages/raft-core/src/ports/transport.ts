import type { Member, NodeId } from "../membership.ts";
import type { Message } from "../message.ts";

/** Called by a transport, never before `start` has been called and never after `close` has resolved. */
export interface TransportHandler {
  /**
   * A message from the peer that the transport has identified as `from`, whatever the message says. Already checked for
   * shape: every number a safe integer ≥ 0, every list a list. May throw; the transport survives it.
   */
  receive(from: NodeId, message: Message): void;
  /**
   * A link to `peer` broke, or messages to it were dropped here. May come too often; that a network lost something need
   * not be told, so nobody may wait for it.
   */
  unreachable(peer: NodeId): void;
}

/**
 * Carries messages between nodes, best effort: a message may be lost, but what arrives is what was sent, from whom the
 * transport says. Raft needs no order; an implementation that keeps it per link spares the leader needless probes.
 *
 * The transport is opened by the application with the node's own id, the cluster's id and what it listens on, and then
 * belongs to the `RaftNode` that it is given to: that one calls `start` once, `setMembers` whenever they change, and
 * `close`.
 */
export interface Transport {
  /** From now on messages are delivered to `handler`, one at a time, never from within a call of `send`. */
  start(handler: TransportHandler): void;

  /**
   * The nodes to reach, this one possibly among them: these are dialled, at these addresses. Links to others are closed;
   * a changed address takes effect.
   *
   * It does not say whom to hear: that is every node of the cluster, member or not (§6). A node that was down while the
   * members were changed knows none of those who lead now, one that waits to be added knows nobody at all, and both
   * learn of their leader by its messages alone. What a stranger may bring about is for Raft to judge, not for the
   * transport: it judges who belongs to the cluster, and under which id.
   */
  setMembers(members: readonly Member[]): void;

  /**
   * Sends, or drops. Never throws, never blocks, never keeps more than a bounded number of bytes for a peer. To a node
   * that is no member it goes on the connection that this one has made, as long as that lives: no address is needed for
   * an answer. To one that is unknown, down or itself: drops, and reports `unreachable` later. The caller may go on using
   * the message; nobody may change the bytes in it, to which the transport may keep references.
   */
  send(to: NodeId, message: Message): void;

  /** Idempotent. When it resolves nothing is delivered any more and ports, sockets and timers are free. */
  close(): Promise<void>;
}
