import type { Message, NodeId } from "@quorate/raft-core";
import type { LossReason } from "../network/simulated-network.ts";
import { configurationOf } from "./electorate.ts";
import type { NodeRecord } from "./node-record.ts";
import type { Knowledge } from "./observer.ts";

/** Notices, from what passes over the network, that something interesting has come about. */
export class MarkWatch {
  readonly #knowledge: Knowledge;
  /** How far the transfer of a snapshot to a node has come. */
  readonly #transfers = new Map<string, number>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  sent(to: NodeId, message: Message): void {
    if (message.type !== "install-snapshot") return;
    const { snapshot, offsetBytes } = message;
    const key = `${to}/${snapshot.index}/${snapshot.checksum}`;
    const reached = this.#transfers.get(key) ?? 0;
    if (offsetBytes === 0 && reached > 0) this.#knowledge.marks.reach("snapshot transfer began anew");
    this.#transfers.set(key, offsetBytes);
  }

  lost(message: Message, reason: LossReason): void {
    const isGrant = message.type === "request-vote-reply" && message.granted && !message.pre;
    if (isGrant && reason !== "stranger") this.#knowledge.marks.reach("vote persisted but the grant lost");
  }

  delivered(to: NodeId, message: Message): void {
    const { marks, records } = this.#knowledge;
    const record = records.get(to);
    if (record === undefined) return;
    if (message.type === "append-entries-reply" && message.term < record.issuedHardState.term) {
      marks.reach("acknowledgement from a previous term arrived");
    } else if (message.type === "append-entries" && message.prevIndex < record.issued.base.index) {
      marks.reach("append arrived whose prev is inside the snapshot");
    } else if (message.type === "request-vote" && !message.pre && this.#isLearner(record)) {
      marks.reach("learner asked to vote");
    } else if (message.type === "install-snapshot" && message.snapshot.index <= record.checkedCommit) {
      marks.reach("snapshot arrived that is older than the log");
    }
  }

  #isLearner(record: NodeRecord): boolean {
    const own = configurationOf(this.#knowledge, record.issued)?.membership;
    return own?.learners.includes(record.id) === true;
  }
}
