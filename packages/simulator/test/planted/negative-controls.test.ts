import { describe, expect, test } from "vitest";
import type { Invariant } from "../../src/index.ts";
import { configurationControls } from "./configuration-controls.ts";
import type { Control } from "./control.ts";
import { ObservedCluster, entry, vote } from "./observed-cluster.ts";

const LEADER = { role: "leader", term: 1 } as const;
const FOLLOWER = { role: "follower", term: 1 } as const;

/** n1 leads term 1, and its entry 1 is durable on n1 and n2, committed. */
function committedOne(cluster: ObservedCluster): void {
  cluster.leads("n1", 1);
  cluster.saves("n1", [entry(1, 1)]);
  cluster.saves("n2", [entry(1, 1)], vote(1, "n1"));
  cluster.commits("n1", 1, LEADER);
}

const accepted = (term: number, matchIndex: number) =>
  ({
    type: "append-entries-reply",
    term,
    accepted: true,
    prevIndex: 0,
    matchIndex,
    hintIndex: 0,
    hintTerm: 0,
  }) as const;

const bytes = Uint8Array.of(1, 2, 3);

/** Histories that no cluster of correct nodes has: each breaks one invariant and no other before it. */
const controls: readonly Control[] = [
  {
    name: "two nodes lead one term",
    by: "I1",
    before: (cluster) => cluster.leads("n1", 1),
    wrong: (cluster) => cluster.leads("n2", 1),
  },
  {
    name: "a node speaks as the leader of a term that another one leads",
    by: "I1",
    before: (cluster) => cluster.leads("n1", 1),
    wrong: (cluster) => cluster.sends("n2", "n3", { type: "heartbeat", term: 1, round: 1, commitIndex: 0 }),
  },
  {
    name: "a node votes twice in one term, with a crash between",
    by: "I2",
    before(cluster) {
      cluster.saves("n1", [], vote(1, "n2"));
      cluster.isWiped("n1");
    },
    wrong: (cluster) => cluster.saves("n1", [], vote(1, "n3")),
  },
  {
    name: "a leader replaces what it has inherited",
    by: "I3",
    before(cluster) {
      cluster.saves("n1", [entry(1, 1), entry(2, 1)]);
      cluster.leads("n1", 2);
      cluster.saves("n1", [entry(3, 2)]);
    },
    wrong: (cluster) => cluster.saves("n1", [entry(2, 2)]),
  },
  {
    name: "a leader drops the end of its own log",
    by: "I3",
    before(cluster) {
      cluster.leads("n1", 1);
      cluster.saves("n1", [entry(1, 1), entry(2, 1)]);
    },
    wrong: (cluster) => cluster.saves("n1", [entry(1, 1)]),
  },
  {
    name: "two logs differ in an entry of the same index and term",
    by: "I4",
    before: (cluster) => cluster.saves("n1", [entry(1, 1)]),
    wrong: (cluster) => cluster.saves("n2", [entry(1, 1, ", another one")]),
  },
  {
    name: "two logs differ before an entry that they share",
    by: "I4",
    before(cluster) {
      cluster.saves("n1", [entry(1, 1), entry(2, 2)]);
      cluster.saves("n2", [entry(1, 2)]);
    },
    wrong: (cluster) => cluster.saves("n2", [entry(2, 2)]),
  },
  {
    name: "a node wins an election without what was committed before",
    by: "I5",
    before: committedOne,
    wrong: (cluster) => cluster.leads("n3", 2),
  },
  {
    name: "two nodes hold different entries as committed",
    by: "I6",
    before(cluster) {
      committedOne(cluster);
      cluster.saves("n3", [entry(1, 2)]);
    },
    wrong: (cluster) => cluster.commits("n3", 1, FOLLOWER),
  },
  {
    name: "two nodes apply different commands at one index",
    by: "I6",
    before(cluster) {
      cluster.checks.ledger.proposed(bytes);
      cluster.observer("n1").applies(bytes, 1);
    },
    wrong: (cluster) => cluster.observer("n2").applies(Uint8Array.of(4), 1),
  },
  {
    name: "two nodes answer the same command differently",
    by: "I6",
    before: (cluster) => cluster.observer("n1").applied(1, { type: "put", revision: 1 }, () => ""),
    wrong: (cluster) => cluster.observer("n2").applied(1, { type: "put", revision: 2 }, () => ""),
  },
  {
    name: "two nodes hold different states at one index",
    by: "I6",
    before: (cluster) => cluster.checks.machines.state(cluster.record("n1"), 1, "one"),
    wrong: (cluster) => cluster.checks.machines.state(cluster.record("n2"), 1, "another"),
  },
  {
    name: "a leader commits what a minority has",
    by: "I7",
    before(cluster) {
      cluster.leads("n1", 1);
      cluster.saves("n1", [entry(1, 1)]);
      cluster.asks("n2", [entry(1, 1)]);
    },
    wrong: (cluster) => cluster.commits("n1", 1, LEADER),
  },
  {
    name: "a leader commits an entry of an earlier term because a majority has it (§5.4.2)",
    by: "I7",
    before(cluster) {
      cluster.saves("n1", [entry(1, 1)]);
      cluster.saves("n2", [entry(1, 1)]);
      cluster.leads("n1", 2);
    },
    wrong: (cluster) => cluster.commits("n1", 1, { role: "leader", term: 2 }),
  },
  {
    name: "a term goes back",
    by: "I8",
    before: (cluster) => cluster.saves("n1", [], vote(3, undefined)),
    wrong: (cluster) => cluster.asks("n1", [], vote(2, undefined)),
  },
  {
    name: "a commit index goes back",
    by: "I8",
    before: (cluster) => cluster.says("n1", { commitIndex: 2, lastIndex: 3 }),
    wrong: (cluster) => cluster.says("n1", { commitIndex: 1, lastIndex: 3 }),
  },
  {
    name: "a node applies what it does not know as committed",
    by: "I8",
    before: (cluster) => cluster.says("n1", { commitIndex: 2, appliedIndex: 2, lastIndex: 3 }),
    wrong: (cluster) => cluster.says("n1", { commitIndex: 2, appliedIndex: 3, lastIndex: 3 }),
  },
  {
    name: "a node acknowledges what is not durable",
    by: "I9",
    before(cluster) {
      cluster.saves("n2", [entry(1, 1)], vote(1, "n1"));
      cluster.sends("n2", "n1", accepted(1, 1));
      cluster.asks("n2", [entry(2, 1)]);
    },
    wrong: (cluster) => cluster.sends("n2", "n1", accepted(1, 2)),
  },
  {
    name: "a vote leaves a node before it is durable",
    by: "I9",
    before: (cluster) => cluster.asks("n2", [], vote(1, "n1")),
    wrong: (cluster) => cluster.sends("n2", "n1", { type: "request-vote-reply", term: 1, pre: false, granted: true }),
  },
  {
    name: "a leader counts a vote for itself that is not durable",
    by: "I9",
    before: (cluster) => cluster.asks("n1", [], vote(1, "n1")),
    wrong: (cluster) => cluster.takes("n1", "leader", 1),
  },
  {
    name: "a snapshot is acknowledged that is not durable",
    by: "I9",
    before: (cluster) => cluster.observer("n2").storedSnapshot(4),
    wrong: (cluster) =>
      cluster.sends("n2", "n1", {
        type: "install-snapshot-reply",
        term: 0,
        snapshotIndex: 5,
        nextOffsetBytes: 10,
        installed: true,
      }),
  },
  {
    name: "a committed entry is left on a minority of disks",
    by: "I10",
    before(cluster) {
      committedOne(cluster);
      cluster.checks.logs.nothingLost();
    },
    wrong(cluster) {
      cluster.isWiped("n2");
      cluster.checks.logs.nothingLost();
    },
  },
  {
    name: "a committed entry is overwritten",
    by: "I10",
    before: committedOne,
    wrong: (cluster) => cluster.saves("n2", [entry(1, 2)], vote(2, undefined)),
  },
  {
    name: "a command takes effect twice",
    by: "I13",
    before(cluster) {
      cluster.checks.ledger.proposed(bytes);
      cluster.observer("n1").applies(bytes, 1);
    },
    wrong: (cluster) => cluster.observer("n1").applies(bytes, 2),
  },
  {
    name: "a command that was refused and asked for again takes effect twice",
    by: "I13",
    before(cluster) {
      const { ledger } = cluster.checks;
      ledger.proposed(bytes);
      ledger.settled(bytes, "refused");
      ledger.proposed(bytes);
      cluster.observer("n1").applies(bytes, 1);
      ledger.settled(bytes, "done");
    },
    wrong: (cluster) => cluster.observer("n1").applies(bytes, 2),
  },
  {
    name: "a refused command takes effect",
    by: "I13",
    before(cluster) {
      cluster.checks.ledger.proposed(bytes);
      cluster.checks.ledger.settled(bytes, "refused");
    },
    wrong: (cluster) => cluster.observer("n1").applies(bytes, 1),
  },
  {
    name: "a read answers as of before a write that was acknowledged before it began",
    by: "I14",
    before: ({ checks: { reads } }) => reads.wrote(reads.begin(), 7, true),
    wrong: ({ checks: { reads } }) => reads.read(reads.begin(), 6),
  },
  {
    name: "a session's read, or one of bounded staleness, shows too little",
    by: "I14",
    before({ checks: { reads } }) {
      reads.wrote(reads.begin(), 7, true);
      reads.sees(reads.acknowledgedBefore(0), 7, "a read");
    },
    wrong: ({ checks: { reads } }) => reads.sees(reads.acknowledgedBefore(0), 6, "a read"),
  },
  {
    name: "a node stands for a leader that has not asked it to",
    by: "I16",
    wrong(cluster) {
      const common = { type: "request-vote", term: 1, pre: false, lastIndex: 0, lastTerm: 0 } as const;
      cluster.sends("n1", "n2", { ...common, transfer: true });
    },
  },
  {
    name: "a node stands for election although nobody has said that it may",
    by: "I16",
    wrong: (cluster) =>
      cluster.sends("n1", "n2", { type: "request-vote", term: 1, pre: false, lastIndex: 0, lastTerm: 0 }),
  },
  {
    name: "a node comes back without its vote",
    by: "I18",
    before: (cluster) => cluster.saves("n1", [entry(1, 1)], vote(1, "n1")),
    wrong(cluster) {
      const { durable } = cluster.record("n1");
      const found = { base: durable.base, lastIndex: 1, termRuns: [], memberships: [] };
      cluster.observer("n1").recovered(durable.clone(), { ...found, hardState: vote(1, undefined) });
    },
  },
];

describe("every invariant is broken by a history that breaks it, and not before", () => {
  test.each([...controls, ...configurationControls])("$by: $name", ({ before, by, wrong }) => {
    const cluster = new ObservedCluster();
    before?.(cluster);
    expect(cluster.violation).toBeUndefined();
    wrong(cluster);
    expect(cluster.violation?.invariant).toBe(by);
  });

  test("what whole runs are needed for is left to them, and nothing else", () => {
    const all: readonly Invariant[] = [
      ...["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11"],
      ...["I12", "I13", "I14", "I15", "I16", "I17", "I18", "liveness", "undecided"],
    ] as readonly Invariant[];
    const covered = new Set([...controls, ...configurationControls].map(({ by }) => by));
    expect(all.filter((each) => !covered.has(each))).toEqual(["I12", "I15", "I17", "liveness", "undecided"]);
  });
});
