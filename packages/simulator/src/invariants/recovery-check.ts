import type { HardState } from "@quorate/raft-core";
import type { LogMirror, Mirrored } from "./log-mirror.ts";
import { type NodeRecord, type Write, performWrite } from "./node-record.ts";

function isSame(a: HardState, b: HardState): boolean {
  return a.term === b.term && a.votedFor === b.votedFor;
}

/** Whether `found` ends where `log` does, with the same history. */
function isSameLog(found: LogMirror, log: LogMirror): boolean {
  return found.lastIndex === log.lastIndex && found.chainAt(found.lastIndex) === log.chainAt(log.lastIndex);
}

/** Whether `found` ends with one of `entries`, in the middle of a write. */
function endsWithin(found: LogMirror, entries: readonly Mirrored[]): boolean {
  const last = entries.find((entry) => entry.index === found.lastIndex);
  return last !== undefined && last.chain === found.chainAt(found.lastIndex);
}

/** Whether `write`, having come to `log` in part only, leaves what was found. */
function isPartOf(write: Write, before: HardState, found: LogMirror, hardState: HardState): boolean {
  if (write.type === "reset") return false;
  if (write.type === "compact") return false;
  const after = write.hardState ?? before;
  return isSame(hardState, after) && endsWithin(found, write.entries);
}

/**
 * I18: what a node finds when it comes back must be everything that its storage had acknowledged, and of the writes
 * under way some whole ones, in order, and at most a prefix of the next one. Undefined, or what is wrong.
 */
export function recoveryFault(record: NodeRecord, found: LogMirror, hardState: HardState): string | undefined {
  const log = record.durable.clone();
  let current = record.durableHardState;
  for (const write of [...record.underWay, undefined]) {
    if (isSameLog(found, log) && isSame(hardState, current)) return undefined;
    if (write === undefined) break;
    const next = write.type === "append" ? (write.hardState ?? current) : current;
    // A hard state may arrive before the entries that were written with it.
    if (isSameLog(found, log) && isSame(hardState, next)) return undefined;
    if (isPartOf(write, current, found, hardState)) return undefined;
    performWrite(log, write);
    current = next;
  }
  return describe(record, found, hardState);
}

/** Whether of some write under way a part of its entries was found, but not all of them. */
export function isTornInside(record: NodeRecord, found: LogMirror): boolean {
  return record.underWay.some(
    (write) =>
      write.type === "append" &&
      endsWithin(found, write.entries) &&
      found.lastIndex < (write.entries.at(-1)?.index ?? 0),
  );
}

function describe(record: NodeRecord, found: LogMirror, hardState: HardState): string {
  const { durable, durableHardState, underWay } = record;
  return (
    `it promised a log up to ${durable.lastIndex} of term ${durable.termAt(durable.lastIndex) ?? 0} ` +
    `with term ${durableHardState.term} and vote ${durableHardState.votedFor ?? "none"} (${underWay.length} writes under way), ` +
    `but found ${found.lastIndex} of term ${found.termAt(found.lastIndex) ?? 0} ` +
    `with term ${hardState.term} and vote ${hardState.votedFor ?? "none"}`
  );
}
