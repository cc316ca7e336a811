import type { Role } from "@quorate/raft-core";
import type { DiskOperation } from "../disk/disk.ts";
import type { NodeRecord } from "../invariants/node-record.ts";
import type { Marks } from "../report/marks.ts";

/** Remembers, from life to life, what makes a situation worth a mark. */
export class LifeStory {
  readonly #marks: Marks;
  #isLeader = false;
  /** It led when its last life ended, and has not had another role since. */
  #ledBefore = false;
  #syncFailed = false;
  #ranFull = false;

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  opened(life: number, snapshotIndex: number): void {
    if (life > 1) {
      this.#marks.reach(snapshotIndex > 0 ? "node restarted from a snapshot" : "node restarted without a snapshot");
    }
    if (this.#ranFull) this.#marks.reach("no space, then recovery");
    this.#ranFull = false;
  }

  role(role: Role): void {
    if (role === "leader" && this.#ledBefore) this.#marks.reach("former leader restarted and elected again");
    if (role === "follower" && this.#ledBefore) this.#marks.reach("former leader restarted as a follower");
    if (role === "leader" || role === "follower") this.#ledBefore = false;
    this.#isLeader = role === "leader";
  }

  diskRefused(type: DiskOperation, code: string): void {
    if (type === "sync") this.#syncFailed = true;
    if (code === "ENOSPC") this.#ranFull = true;
  }

  /** The node has stopped for good. */
  failed(): void {
    if (this.#syncFailed) this.#marks.reach("node stopped by a failed sync");
    this.#syncFailed = false;
  }

  /** Its process dies. */
  crashed(record: NodeRecord, wasOpening: boolean): void {
    if (wasOpening) this.#marks.reach("recovery interrupted");
    if (this.#isLeader && record.issued.lastIndex > record.checkedCommit) {
      this.#marks.reach("leader crashed between append and acknowledgement");
    }
    this.#ledBefore = this.#isLeader;
    this.#isLeader = false;
  }
}
