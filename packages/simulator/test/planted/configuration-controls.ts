import type { Control } from "./control.ts";
import { type ObservedCluster, configuration, entry, idle, vote } from "./observed-cluster.ts";

const LEADER = { role: "leader", term: 1 } as const;

/** n1 leads term 1 of three by the vote of n2, and its entry 2 is durable on both, committed. */
function committedByThree(cluster: ObservedCluster): void {
  cluster.saves("n1", [configuration(1, 0, {})]);
  cluster.saves("n2", [configuration(1, 0, {})], vote(1, "n1"));
  cluster.leads("n1", 1);
  for (const id of ["n1", "n2"]) cluster.saves(id, [entry(2, 1)]);
  cluster.commits("n1", 2, LEADER);
  cluster.looksAt("n1", LEADER);
}

/** Of configurations, and of whatever is counted by them. */
export const configurationControls: readonly Control[] = [
  {
    name: "a node leads without a majority's votes, of its own configuration",
    by: "I1",
    before(cluster) {
      cluster.saves("n1", [configuration(1, 0, {})]);
    },
    wrong: (cluster) => cluster.leads("n1", 1),
  },
  {
    name: "voters change without a joint configuration",
    by: "I11",
    before: (cluster) => cluster.saves("n1", [configuration(1, 0, {})]),
    wrong: (cluster) => cluster.saves("n1", [configuration(2, 1, { voters: ["n1", "n2", "n4"] })]),
  },
  {
    name: "a joint configuration comes from another one than the last",
    by: "I11",
    before: (cluster) => cluster.saves("n1", [configuration(1, 0, {})]),
    wrong: (cluster) => cluster.saves("n1", [configuration(2, 1, { voters: ["n4"], outgoing: ["n1", "n2"] })]),
  },
  {
    name: "P20: a leader begins a change before it has committed anything in its term",
    by: "I11",
    before(cluster) {
      committedByThree(cluster);
      cluster.saves("n2", [], vote(2, "n2"));
      cluster.saves("n3", [], vote(2, "n2"));
      cluster.takes("n2", "leader", 2);
      cluster.looksAt("n2", { role: "leader", term: 2 });
    },
    wrong(cluster) {
      cluster.saves("n2", [configuration(3, 2, { learners: ["n4"] })]);
      cluster.looksAt("n2", { role: "leader", term: 2 });
    },
  },
  {
    name: "a leader begins a change while another one is not committed",
    by: "I11",
    before(cluster) {
      committedByThree(cluster);
      cluster.saves("n1", [configuration(3, 1, { learners: ["n4"] })]);
      cluster.looksAt("n1", LEADER);
    },
    wrong(cluster) {
      cluster.saves("n1", [configuration(4, 1, { learners: ["n4", "n5"] })]);
      cluster.looksAt("n1", LEADER);
    },
  },
  {
    name: "P7: a node comes back with a configuration that its log does not end with",
    by: "I11",
    before: (cluster) => cluster.saves("n1", [configuration(1, 0, {})]),
    wrong: (cluster) => cluster.checks.configurations.opened(cluster.record("n1"), idle),
  },
  {
    name: "P23: one half of a joint configuration has what a leader commits, the other has not",
    by: "I7",
    before(cluster) {
      committedByThree(cluster);
      const joint = configuration(3, 1, { voters: ["n3"], outgoing: ["n1", "n2", "n3"] });
      for (const id of ["n1", "n2"]) cluster.saves(id, [joint]);
      cluster.looksAt("n1", LEADER);
    },
    wrong: (cluster) => cluster.commits("n1", 3, LEADER),
  },
  {
    name: "P26: what a node acknowledged before its disk was lost counts, what it has since does not",
    by: "I7",
    before(cluster) {
      cluster.saves("n1", [configuration(1, 0, { incarnations: { n2: 7 } })]);
      cluster.saves("n2", [configuration(1, 0, { incarnations: { n2: 7 } })], { ...vote(1, "n1"), incarnation: 7 });
      cluster.leads("n1", 1);
      for (const id of ["n1", "n2"]) cluster.saves(id, [entry(2, 1)]);
      cluster.record("n2").wipe();
      cluster.commits("n1", 2, LEADER);
    },
    wrong(cluster) {
      const log = [configuration(1, 0, { incarnations: { n2: 7 } }), entry(2, 1), entry(3, 1)];
      cluster.saves("n2", log, { ...vote(1, undefined), incarnation: 8 });
      cluster.saves("n1", [entry(3, 1)]);
      cluster.commits("n1", 3, LEADER);
    },
  },
];
