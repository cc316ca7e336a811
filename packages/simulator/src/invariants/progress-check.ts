import type { RaftNodeStatus } from "@quorate/raft-node";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

const MONOTONIC = ["term", "commitIndex", "appliedIndex", "firstIndex", "snapshotIndex"] as const;

/** I8: nothing goes back during a life, and what a node says of itself fits together. */
export class ProgressCheck {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  look(record: NodeRecord, status: RaftNodeStatus): void {
    for (const name of MONOTONIC) {
      if (status[name] < record.seen[name]) {
        violate(this.#knowledge, "I8", record.id, `its ${name} goes back from ${record.seen[name]} to ${status[name]}`);
      }
      record.seen[name] = status[name];
    }
    const { commitIndex, appliedIndex, firstIndex, lastIndex, snapshotIndex } = status;
    if (appliedIndex > commitIndex) this.#unfit(record, `it has applied ${appliedIndex}, but committed ${commitIndex}`);
    if (commitIndex > lastIndex) this.#unfit(record, `it has committed ${commitIndex}, but holds only ${lastIndex}`);
    if (firstIndex - 1 > snapshotIndex) {
      this.#unfit(record, `its log begins at ${firstIndex}, but its snapshot ends at ${snapshotIndex}`);
    }
  }

  #unfit(record: NodeRecord, reason: string): void {
    violate(this.#knowledge, "I8", record.id, reason);
  }
}
