import type { Entry, HardState, NodeId, Position } from "@quorate/raft-core";
import { LogMirror } from "./log-mirror.ts";

/** A write that a node asks its storage for. */
export type Write =
  | { readonly type: "append"; readonly hardState: HardState | undefined; readonly entries: readonly Entry[] }
  | { readonly type: "compact"; readonly position: Position }
  | { readonly type: "reset"; readonly position: Position; readonly chain: number };

/** What a storage holds. */
export class Stored {
  readonly log: LogMirror = new LogMirror();
  hardState: HardState = { term: 0, votedFor: undefined };

  perform(write: Write): void {
    if (write.type === "compact") this.log.compact(write.position);
    else if (write.type === "reset") this.log.reset(write.position, write.chain);
    else {
      if (write.hardState !== undefined) this.hardState = write.hardState;
      this.log.append(write.entries);
    }
  }
}

/** What an observer knows of a node across all of its lives. */
export class NodeRecord {
  readonly id: NodeId;
  /** As it was asked of the storage in this life; what is durable, while the node is down. */
  issued: Stored = new Stored();
  /** As the storage has said that it is durable; while the node is down, as it is. */
  durable: Stored = new Stored();
  /** Up to where its snapshot store reaches. */
  snapshot: Position | undefined;
  /** How often it has lost its disk. */
  disks = 0;
  /** It has lost its disk, and nobody can blame the algorithm for what is missing on it. */
  isExcused = false;
  /** It leads this term. */
  ledTerm: number | undefined;
  commitToCheck = 0;
  checkedCommit = 0;

  constructor(id: NodeId) {
    this.id = id;
  }

  /** Whether the node has the log up to `index` durably, as `chain` says. */
  holds(index: number, chain: number): boolean {
    const { log } = this.durable;
    return Math.max(log.base.index, this.snapshot?.index ?? 0) >= index || log.chainAt(index) === chain;
  }

  /** A life is over: what is left is on the disk. */
  ends(found: Stored): void {
    this.issued = found;
    this.durable = found;
    this.ledTerm = undefined;
    this.commitToCheck = 0;
    this.checkedCommit = 0;
  }

  /** A new life begins with what is on the disk; from here on the two may differ. */
  begins(found: Stored, again: Stored): void {
    this.issued = found;
    this.durable = again;
  }
}
