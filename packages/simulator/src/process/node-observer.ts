import type { Entry, Logger, Message, NodeId, StoredState } from "@quorate/raft-core";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { Checks } from "../invariants/checks.ts";
import type { LogMirror, Mirrored } from "../invariants/log-mirror.ts";
import type { NodeRecord, Write } from "../invariants/node-record.ts";
import { isTornInside, recoveryFault } from "../invariants/recovery-check.ts";
import { violate } from "../invariants/observer.ts";
import type { Trace } from "../trace/trace.ts";
import type { Incarnation } from "./incarnation.ts";

export interface NodeObserverOptions {
  readonly record: NodeRecord;
  readonly incarnation: Incarnation;
  readonly checks: Checks;
  readonly trace: Trace;
  /** Whether its disk would hold this after the worst crash that is possible now. */
  readonly isOnDisk: (bytes: Uint8Array) => boolean;
  /** Whether its durable data was damaged. */
  readonly hasRotted: () => boolean;
  /** The node's code has called a port: it may die right here. */
  called(): void;
  /** The node asks its log to write so many entries. */
  appends(entries: number): void;
}

const TORN = "an interrupted write at the end of the log is cut off";

/** Stands between one life of a node and its ports, and tells the checks what passes. Deaf once that life is over. */
export class NodeObserver {
  readonly #options: NodeObserverOptions;
  readonly logger: Logger;

  constructor(options: NodeObserverOptions) {
    this.#options = options;
    const note =
      (level: string) =>
      (message: string): void =>
        this.#logged(level, message);
    this.logger = { debug: () => undefined, info: () => undefined, warn: note("warn"), error: note("error") };
  }

  get #isOver(): boolean {
    return !this.#options.incarnation.alive;
  }

  committedChainAt(index: number): number {
    return this.#options.checks.knowledge.committed.chainAt(index) ?? 0;
  }

  mirrored(entries: readonly Entry[]): readonly Mirrored[] {
    return this.#options.record.issued.mirror(entries);
  }

  issued(write: Write): void {
    this.#options.called();
    if (this.#isOver) return;
    const { checks, record, trace } = this.#options;
    if (write.type === "append") {
      const { entries, hardState } = write;
      record.disk.asked(trace.atMs);
      this.#options.appends(entries.length);
      trace.note("append", { node: record.id, entries, hardState });
      if (hardState !== undefined) checks.elections.saves(record, hardState);
      checks.configurations.append(record, entries, (hardState ?? record.issuedHardState).term);
      checks.logs.append(record, entries, (hardState ?? record.issuedHardState).term);
    } else {
      trace.note(write.type, { node: record.id, index: write.position.index });
      if (write.type === "reset") checks.resets(record, write.position);
    }
    record.issue(write);
  }

  acknowledged(): void {
    if (this.#isOver) return;
    const { checks, record, trace } = this.#options;
    const write = record.acknowledge();
    if (write?.type === "append") {
      record.disk.answered(trace.atMs);
      this.#isDurable(write.entries.at(-1));
    }
    const { durable, durableHardState } = record;
    checks.elections.saved(record, durableHardState);
    trace.note("durable", { node: record.id, lastIndex: durable.lastIndex, term: durableHardState.term });
  }

  /** I9: the storage's word for it is not enough. */
  #isDurable(last: Mirrored | undefined): void {
    const { checks, hasRotted, isOnDisk, record } = this.#options;
    if (last === undefined || last.index <= record.durable.base.index || hasRotted() || isOnDisk(last.record)) return;
    const reason = `its storage says that entry ${last.index} is durable, but the disk could still lose it`;
    violate(checks.knowledge, "I9", record.id, reason);
  }

  recovered(log: LogMirror, { hardState, lastIndex }: StoredState): void {
    if (this.#isOver) return;
    const { checks, record } = this.#options;
    const fault =
      log.lastIndex === lastIndex
        ? recoveryFault(record, log, hardState)
        : `its log is said to reach ${lastIndex}, but can be read only up to ${log.lastIndex}`;
    if (fault !== undefined) violate(checks.knowledge, "I18", record.id, fault);
    if (isTornInside(record, log)) checks.knowledge.marks.reach("batch torn in its middle");
    record.recovered(log, hardState);
    checks.knowledge.statistics.counts.recoveries += 1;
  }

  /** A node that comes back looks for its latest snapshot. */
  foundSnapshot(index: number): void {
    if (this.#isOver) return;
    const { checks, record } = this.#options;
    if (index >= record.durableSnapshot) return;
    // An older one is as good, as long as the log reaches back to it; if it does not, the node must refuse to open.
    if (this.#options.hasRotted()) {
      record.durableSnapshot = index;
      return;
    }
    const reason = `it promised a snapshot at ${record.durableSnapshot}, but found one at ${index}`;
    violate(checks.knowledge, "I18", record.id, reason);
  }

  /** The snapshot store says that it holds this. */
  storedSnapshot(index: number): void {
    if (this.#isOver) return;
    const { record } = this.#options;
    record.durableSnapshot = Math.max(record.durableSnapshot, index);
  }

  sends(to: NodeId, message: Message): void {
    this.#options.called();
    if (this.#isOver) return;
    const { checks, record } = this.#options;
    checks.elections.sent(record, to, message);
    checks.logs.sent(record, to, message);
    checks.marks.sent(to, message);
  }

  applies(command: Uint8Array, index: number): void {
    this.#options.called();
    if (this.#isOver) return;
    const { checks, record, trace } = this.#options;
    trace.note("apply", { node: record.id, index });
    checks.machines.applied(record, command, index);
  }

  applied(index: number, result: KvResult, digest: () => string): void {
    if (this.#isOver) return;
    this.#options.checks.machines.answered(this.#options.record, index, result, digest);
  }

  answers(query: KvQuery, answer: KvAnswer): void {
    if (this.#isOver) return;
    this.#options.checks.machines.read(this.#options.record, query, answer);
  }

  captured(digest: string): void {
    if (this.#isOver) return;
    const { checks, record } = this.#options;
    checks.machines.state(record, record.appliedCommand, digest);
  }

  #logged(level: string, message: string): void {
    if (this.#isOver) return;
    const { checks, record, trace } = this.#options;
    trace.note("log", { node: record.id, level, message });
    if (message === TORN) checks.knowledge.marks.reach("torn tail cut off");
  }
}
