import type { HardState, Incarnation, NodeId, Position } from "@quorate/raft-core";
import { DiskWatch } from "./disk-watch.ts";
import { LogMirror, type Mirrored } from "./log-mirror.ts";

/** A write that the storage has been asked for, and has not answered yet. */
export type Write =
  | { readonly type: "append"; readonly hardState: HardState | undefined; readonly entries: readonly Mirrored[] }
  | { readonly type: "compact"; readonly position: Position }
  | { readonly type: "reset"; readonly position: Position; readonly chain: number };

export interface Seen {
  term: number;
  commitIndex: number;
  appliedIndex: number;
  firstIndex: number;
  snapshotIndex: number;
}

export const NO_HARD_STATE: HardState = { term: 0, votedFor: undefined };

export function performWrite(log: LogMirror, write: Write): void {
  if (write.type === "append") log.append(write.entries);
  else if (write.type === "compact") log.compact(write.position);
  else log.reset(write.position, write.chain);
}

/** What a node had promised when it lost its disk. */
export interface Former {
  readonly incarnation: Incarnation | undefined;
  readonly durable: LogMirror;
  readonly durableSnapshot: number;
}

/** What an observer knows of a node across all of its lives. */
export class NodeRecord {
  readonly id: NodeId;
  readonly number: number;
  /** As asked of the storage, in this life. */
  issued: LogMirror = new LogMirror();
  /** As the storage has said that it is durable. */
  durable: LogMirror = new LogMirror();
  durableHardState: HardState = NO_HARD_STATE;
  issuedHardState: HardState = NO_HARD_STATE;
  /** What separates the two, oldest first. */
  underWay: Write[] = [];

  readonly disk: DiskWatch = new DiskWatch();

  /** Up to where its snapshot store has durable snapshots. */
  durableSnapshot = 0;

  /** It has refused to go on with what its disk holds. */
  isLost = false;

  /** The highest commit index told, until it has been looked at. */
  commitToCheck = 0;
  checkedCommit = 0;
  /** The last command that the state machine has seen, in this life. */
  appliedCommand = 0;
  /** The revision as of which it last answered a question, in this life. */
  answeredRevision = 0;
  /** What must not go back during a life. */
  seen: Seen = { term: 0, commitIndex: 0, appliedIndex: 0, firstIndex: 0, snapshotIndex: 0 };

  /** Before its disk was lost, if it was. */
  former: Former | undefined;
  /** How often that happened. */
  wipes = 0;
  /** Where the configuration stands that was in force after the last event that concerned it. */
  configuredAt = 0;

  constructor(id: NodeId, number: number) {
    this.id = id;
    this.number = number;
  }

  /** Up to where everything is durable, in the log or in a snapshot. */
  get durableIndex(): number {
    return Math.max(this.durable.lastIndex, this.durableSnapshot);
  }

  issue(write: Write): void {
    performWrite(this.issued, write);
    if (write.type === "append" && write.hardState !== undefined) this.issuedHardState = write.hardState;
    this.underWay.push(write);
  }

  /** The oldest write under way has been acknowledged. */
  acknowledge(): Write | undefined {
    const write = this.underWay.shift();
    if (write === undefined) return undefined;
    performWrite(this.durable, write);
    if (write.type === "append" && write.hardState !== undefined) this.durableHardState = write.hardState;
    return write;
  }

  /** Its disk is gone, and with it everything that it promised. */
  wipe(): void {
    const { durable, durableSnapshot, durableHardState } = this;
    this.former = { incarnation: durableHardState.incarnation, durable, durableSnapshot };
    this.wipes += 1;
    this.durableSnapshot = 0;
    this.recovered(new LogMirror(), NO_HARD_STATE);
  }

  /** A new life begins with what was found. */
  recovered(log: LogMirror, hardState: HardState): void {
    this.durable = log;
    this.issued = log.clone();
    this.durableHardState = hardState;
    this.issuedHardState = hardState;
    this.underWay = [];
    this.disk.reset();
    this.commitToCheck = 0;
    this.checkedCommit = 0;
    this.appliedCommand = 0;
    this.answeredRevision = 0;
    this.configuredAt = 0;
    this.seen = { term: 0, commitIndex: 0, appliedIndex: 0, firstIndex: 0, snapshotIndex: 0 };
  }
}
