import type { RaftNodeStatus } from "@quorate/raft-node";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

const MONOTONIC = ["term", "commitIndex", "appliedIndex", "firstIndex", "snapshotIndex"] as const;

/** Of its own: how long a leader may wait for its disk, and until it looks at it again (P19). */
const STALLED_TIMEOUTS = 4;
const STALLED_HEARTBEATS = 2;

/** I8: nothing goes back during a life, and what a node says of itself fits together; and no leader stays one whose disk hangs (P19). */
export class ProgressCheck {
  readonly #knowledge: Knowledge;
  readonly #stalledMsMax: number;
  /** When each was last seen as the only voter, whom nobody can relieve. */
  readonly #aloneMs = new Map<NodeRecord, number>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
    const { clocks, node } = knowledge.configuration;
    const { electionTimeoutMaxMs, heartbeatIntervalMs } = node.raft;
    const slowest = Math.min(...clocks.map(({ rate }) => rate));
    const latest = Math.max(...clocks.map(({ lateMsMax, turnMsMax }) => lateMsMax + turnMsMax));
    const ownMs = STALLED_TIMEOUTS * electionTimeoutMaxMs + STALLED_HEARTBEATS * (heartbeatIntervalMs + latest);
    this.#stalledMsMax = ownMs / slowest + 1;
  }

  look(record: NodeRecord, status: RaftNodeStatus, nowMs: number): void {
    const { voters, outgoing } = status.membership;
    const isAlone = [...voters, ...outgoing].every((id) => id === record.id);
    if (isAlone) this.#aloneMs.set(record, nowMs);
    else if (status.role === "leader" && status.failed === undefined) this.#lookAtDisk(record, nowMs);
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

  /** Where there is another voter, one whose disk hangs must let it lead. */
  #lookAtDisk(record: NodeRecord, nowMs: number): void {
    const stalledMs = Math.min(record.disk.stalledMs(nowMs), nowMs - (this.#aloneMs.get(record) ?? -Infinity));
    if (stalledMs <= this.#stalledMsMax) return;
    const reason = `it leads on, although its disk has done nothing for ${Math.round(stalledMs)} ms`;
    violate(this.#knowledge, "liveness", record.id, reason);
  }

  #unfit(record: NodeRecord, reason: string): void {
    violate(this.#knowledge, "I8", record.id, reason);
  }
}
