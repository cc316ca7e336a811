import type { Position } from "@quorate/raft-core";
import { ConfigurationCheck } from "./configuration-check.ts";
import { ElectionCheck } from "./election-check.ts";
import { LogCheck } from "./log-check.ts";
import { MachineCheck } from "./machine-check.ts";
import { MarkWatch } from "./mark-watch.ts";
import type { NodeRecord } from "./node-record.ts";
import type { Knowledge } from "./observer.ts";
import { ProgressCheck } from "./progress-check.ts";
import { ProposalLedger } from "./proposal-ledger.ts";
import { ReadCheck } from "./read-check.ts";

/** All that is checked while a run goes on. */
export class Checks {
  readonly knowledge: Knowledge;
  readonly elections: ElectionCheck;
  readonly configurations: ConfigurationCheck;
  readonly logs: LogCheck;
  readonly ledger: ProposalLedger;
  readonly machines: MachineCheck;
  readonly progress: ProgressCheck;
  readonly reads: ReadCheck;
  readonly marks: MarkWatch;

  constructor(knowledge: Knowledge, now: () => number) {
    this.knowledge = knowledge;
    this.elections = new ElectionCheck(knowledge);
    this.configurations = new ConfigurationCheck(knowledge);
    this.logs = new LogCheck(knowledge);
    this.ledger = new ProposalLedger(knowledge);
    this.machines = new MachineCheck(knowledge, this.ledger);
    this.progress = new ProgressCheck(knowledge);
    this.reads = new ReadCheck(knowledge, now);
    this.marks = new MarkWatch(knowledge);
  }

  /** A node drops its log for a snapshot. */
  resets(record: NodeRecord, position: Position): void {
    const { issued } = record;
    const { committed, marks } = this.knowledge;
    const last = issued.lastIndex;
    const isConflicting = last > record.checkedCommit && issued.chainAt(last) !== committed.chainAt(last);
    if (isConflicting && last > issued.base.index && last <= position.index) {
      marks.reach("snapshot installed over a conflicting tail");
    }
    const isPhantom = isConflicting && issued.configurations.some(({ index }) => index > record.checkedCommit);
    if (isPhantom) marks.reach("configuration rolled back");
  }
}
