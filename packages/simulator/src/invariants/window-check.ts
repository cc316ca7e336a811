import type { Message, NodeId } from "@quorate/raft-core";
import { type Knowledge, violate } from "./observer.ts";

/** What was sent before it was known where the logs agree, and again with every heartbeat. */
const PROBES = 3;

/**
 * I15: a leader has no more messages with entries on their way to a follower than its window allows. For runs in which
 * nothing goes wrong: whatever arrives is answered, so the answers tell how many those are.
 */
export class WindowCheck {
  readonly #knowledge: Knowledge;
  readonly #inflight = new Map<string, number>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  sent(from: NodeId, to: NodeId, message: Message): void {
    if (message.type !== "append-entries" || message.entries.length === 0) return;
    const count = this.#count(from, to) + 1;
    this.#inflight.set(`${from}/${to}`, count);
    const allowed = this.#knowledge.configuration.node.raft.inflightMessagesMax + PROBES;
    if (count <= allowed) return;
    const reason = `it has ${count} messages with entries on their way to ${to}, where ${allowed} are allowed`;
    violate(this.#knowledge, "I15", from, reason);
  }

  delivered(from: NodeId, to: NodeId, message: Message): void {
    if (message.type === "append-entries-reply") this.#isOver(to, from);
  }

  /** As long as not all nodes have been started, some things are. */
  lost(from: NodeId, to: NodeId, message: Message): void {
    if (message.type === "append-entries" && message.entries.length > 0) this.#isOver(from, to);
  }

  #isOver(from: NodeId, to: NodeId): void {
    this.#inflight.set(`${from}/${to}`, Math.max(0, this.#count(from, to) - 1));
  }

  #count(from: NodeId, to: NodeId): number {
    return this.#inflight.get(`${from}/${to}`) ?? 0;
  }
}
