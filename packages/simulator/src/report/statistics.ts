import { type FaultType, faultTypes } from "../plan/fault.ts";

const COUNTERS = [
  "events",
  "virtualMs",
  "elections",
  "commits",
  "snapshotsTaken",
  "snapshotsInstalled",
  "crashes",
  "recoveries",
  "answers",
  "unknown",
  "refused",
  "retries",
  "staleReads",
  "checkedReads",
  "changes",
  "changesRefused",
  "undecided",
  "messages",
  "messagesLost",
  "diskOperations",
  "diskErrors",
] as const;

export type Counter = (typeof COUNTERS)[number];

/** What happened in a run, or in many, in numbers. */
export class Statistics {
  readonly counts: Record<Counter, number>;
  readonly faults: Record<FaultType, number>;

  constructor() {
    this.counts = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;
    this.faults = Object.fromEntries(faultTypes.map((name) => [name, 0])) as Record<FaultType, number>;
  }

  toJSON(): { readonly counts: Record<Counter, number>; readonly faults: Record<FaultType, number> } {
    return { counts: { ...this.counts }, faults: { ...this.faults } };
  }
}
