import { Entry, type EntryKind, encodeMembership, membershipOf } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import {
  type Breach,
  type InvariantName,
  type Knowledge,
  type Observation,
  invariantNames,
  invariants,
  labDefaults,
} from "../../src/index.ts";
import { CommittedLog } from "../../src/watch/committed-log.ts";
import { NodeRecord } from "../../src/watch/node-record.ts";

const ids = ["n1", "n2", "n3"];
const membership = membershipOf(ids.map((id) => ({ id, address: id })));

function entry(index: number, term: number, content = 0, kind: EntryKind = "command"): Entry {
  return new Entry(index, term, kind, kind === "membership" ? encodeMembership(membership) : Uint8Array.of(content));
}

const genesis = entry(1, 0, 0, "membership");

/** Somebody who knows what he is told. */
class Scene {
  readonly records: Map<string, NodeRecord> = new Map(ids.map((id) => [id, new NodeRecord(id)]));
  readonly committed = new CommittedLog();
  readonly leaders = new Map<number, string>();
  readonly knowledge: Knowledge & { nowMs: number };
  readonly #watch: (observation: Observation) => Breach | undefined;

  constructor(name: InvariantName) {
    this.knowledge = {
      options: labDefaults,
      nowMs: 0,
      records: this.records,
      committed: this.committed,
      leaders: this.leaders,
      membershipOf: () => membership,
      isWell: () => true,
      isClear: () => true,
      delayMaxMs: 20,
      rateMax: 1,
      rateMin: 1,
    };
    const invariant = invariants.find((each) => each.name === name);
    if (invariant === undefined) throw new Error(`there is no invariant ${name}`);
    this.#watch = invariant.watch(this.knowledge);
    for (const id of ids) this.write(id, genesis);
  }

  record(id: string): NodeRecord {
    const record = this.records.get(id);
    if (record === undefined) throw new Error(`there is no node ${id}`);
    return record;
  }

  /** Writes durably, unseen. */
  write(id: string, ...entries: readonly Entry[]): void {
    const write = { type: "append", hardState: undefined, entries } as const;
    this.record(id).issued.perform(write);
    this.record(id).durable.perform(write);
  }

  /** What a node holds up to there is committed. */
  commit(id: string, index: number, term: number): void {
    for (let at = this.committed.lastIndex + 1; at <= index; at += 1) {
      const mirrored = this.record(id).issued.log.get(at);
      if (mirrored !== undefined) this.committed.push(mirrored, term);
    }
  }

  see(observation: Observation): string | undefined {
    return this.#watch(observation)?.sentence;
  }
}

test("each invariant has a name, a title and a section, and one of them is checked on demand", () => {
  expect([...invariants.map(({ name }) => name), "linearizability"].toSorted()).toEqual([...invariantNames].toSorted());
  for (const { section, title } of invariants)
    expect([section, title]).toEqual([expect.stringMatching(/§|fig/), expect.any(String)]);
});

describe("election safety", () => {
  test("two leaders of one term are found, two terms are fine", () => {
    const scene = new Scene("election-safety");
    scene.leaders.set(2, "n1");
    expect(scene.see({ type: "leads", node: "n1", term: 2, isNew: false })).toBeUndefined();
    expect(scene.see({ type: "leads", node: "n2", term: 3, isNew: true })).toBeUndefined();
    expect(scene.see({ type: "leads", node: "n2", term: 2, isNew: true })).toBe(
      "n2 leads term 2, which n1 has been elected to lead",
    );
  });
});

describe("one vote", () => {
  test("a second candidate in one term is found; another term, the same candidate, another disk are fine", () => {
    const scene = new Scene("one-vote");
    const votes = (term: number, candidate: string): Observation => ({ type: "votes", node: "n3", term, candidate });
    expect(scene.see(votes(2, "n1"))).toBeUndefined();
    expect(scene.see(votes(2, "n1"))).toBeUndefined();
    expect(scene.see(votes(3, "n2"))).toBeUndefined();
    scene.record("n3").disks += 1;
    expect(scene.see(votes(2, "n2"))).toBeUndefined();
    expect(scene.see(votes(2, "n1"))).toContain("n3 votes for n1 in term 2, in which it has voted for n2");
  });
});

describe("leader append-only", () => {
  test("a leader that overwrites is found; a follower may", () => {
    const scene = new Scene("leader-append-only");
    scene.write("n1", entry(2, 1));
    const again: Observation = { type: "appends", node: "n1", entries: [entry(2, 2)] };
    expect(scene.see(again)).toBeUndefined();
    scene.record("n1").ledTerm = 2;
    expect(scene.see({ type: "appends", node: "n1", entries: [entry(3, 2)] })).toBeUndefined();
    expect(scene.see(again)).toContain("n1 overwrites entry 2");
  });
});

describe("log matching", () => {
  test("logs that agree in an entry, but not in what precedes it, are found", () => {
    const scene = new Scene("log-matching");
    const appended = (node: string, ...entries: readonly Entry[]): string | undefined => {
      scene.write(node, ...entries);
      return scene.see({ type: "appended", node, entries });
    };
    expect(appended("n1", entry(2, 1), entry(3, 2))).toBeUndefined();
    expect(appended("n2", entry(2, 1))).toBeUndefined();
    expect(appended("n3", entry(2, 2), entry(3, 3))).toBeUndefined();
    expect(appended("n2", entry(3, 3))).toContain("the log of n2 up to entry 3 of term 3");
  });
});

describe("leader completeness", () => {
  test("a leader without what was committed in an earlier term is found", () => {
    const scene = new Scene("leader-completeness");
    for (const id of ["n1", "n2"]) scene.write(id, entry(2, 1));
    scene.commit("n1", 2, 1);
    expect(scene.see({ type: "leads", node: "n2", term: 2, isNew: true })).toBeUndefined();
    expect(scene.see({ type: "leads", node: "n3", term: 1, isNew: true })).toBeUndefined();
    expect(scene.see({ type: "leads", node: "n3", term: 2, isNew: true })).toContain(
      "n3 leads term 2 without entry 2 of term 1",
    );
    scene.write("n3", entry(2, 2));
    expect(scene.see({ type: "leads", node: "n3", term: 3, isNew: true })).toContain("without entry 2");
  });
});

describe("state machine safety", () => {
  test("another command at an index that was applied is found", () => {
    const scene = new Scene("state-machine-safety");
    const applies = (node: string, content: number): Observation => {
      return { type: "applies", node, index: 2, command: Uint8Array.of(content) };
    };
    expect(scene.see(applies("n1", 1))).toBeUndefined();
    expect(scene.see(applies("n2", 1))).toBeUndefined();
    expect(scene.see(applies("n3", 2))).toBe("n3 applies another command at index 2 than was applied there before");
  });

  test("another entry at an index that was committed is found", () => {
    const scene = new Scene("state-machine-safety");
    scene.write("n1", entry(2, 1));
    scene.write("n2", entry(2, 2));
    scene.commit("n1", 2, 2);
    expect(scene.see({ type: "commits", node: "n1", index: 2, term: 2 })).toBeUndefined();
    expect(scene.see({ type: "commits", node: "n2", index: 2, term: 2 })).toContain(
      "n2 commits another entry at index 2",
    );
  });
});

describe("committed entries are durable", () => {
  test("one that is on the disks of a minority is found, but a disk that somebody has taken away is nobody's fault", () => {
    const scene = new Scene("committed-never-lost");
    for (const id of ["n1", "n2"]) scene.write(id, entry(2, 1));
    scene.commit("n1", 2, 1);
    expect(scene.see({ type: "crashed", node: "n3" })).toBeUndefined();
    scene.record("n2").ends(new NodeRecord("n2").durable);
    expect(scene.see({ type: "crashed", node: "n2" })).toContain(
      "entry 2 is committed, but only the disk of n1 holds it, of 3 voters",
    );
    scene.record("n2").isExcused = true;
    expect(scene.see({ type: "crashed", node: "n2" })).toBeUndefined();
    scene.record("n2").isExcused = false;
    scene.record("n2").snapshot = { index: 2, term: 1 };
    expect(scene.see({ type: "durable", node: "n2" })).toBeUndefined();
  });

  test("one that was committed before a majority had it is found", () => {
    const scene = new Scene("committed-never-lost");
    scene.write("n1", entry(2, 1));
    scene.commit("n1", 2, 1);
    expect(scene.see({ type: "committed", node: "n1", index: 2 })).toContain("entry 2 is committed");
  });
});

describe("no disruption", () => {
  /** n1 leads term 1, and everybody hears it until `untilMs`. */
  function heard(untilMs: number): Scene {
    const scene = new Scene("no-disruption");
    scene.see({ type: "leads", node: "n1", term: 1, isNew: true });
    for (scene.knowledge.nowMs = 0; scene.knowledge.nowMs <= untilMs; scene.knowledge.nowMs += 100) {
      scene.see({ type: "hears", node: "n2", leader: "n1", term: 1 });
    }
    return scene;
  }
  const stands: Observation = { type: "campaigns", node: "n3", term: 2, transfer: false };
  const yields: Observation = { type: "yields", node: "n1", ledTerm: 1, term: 2 };

  test("a leader that is heard, and deposed by one that could not win, is found", () => {
    const scene = heard(3000);
    expect(scene.see(stands)).toBeUndefined();
    expect(scene.see(yields)).toContain(
      "n1, which leads term 1 and is heard by a majority, is deposed by term 2 of n3",
    );
  });

  test("a leader that has not been heard for long, or not lately, may be deposed; so may one that hands over", () => {
    const young = heard(300);
    expect([young.see(stands), young.see(yields)]).toEqual([undefined, undefined]);
    const silent = heard(3000);
    silent.knowledge.nowMs += 400;
    expect([silent.see(stands), silent.see(yields)]).toEqual([undefined, undefined]);
    const willing = heard(3000);
    expect([willing.see({ ...stands, transfer: true }), willing.see(yields)]).toEqual([undefined, undefined]);
    const forgotten = heard(3000);
    forgotten.see({ type: "started", node: "n2" });
    expect([forgotten.see(stands), forgotten.see(yields)]).toEqual([undefined, undefined]);
  });

  test("a reason that there was once is reason enough later", () => {
    const scene = heard(300);
    scene.see(stands);
    for (; scene.knowledge.nowMs <= 5000; scene.knowledge.nowMs += 100) {
      scene.see({ type: "hears", node: "n2", leader: "n1", term: 1 });
    }
    expect(scene.see(yields)).toBeUndefined();
  });
});

describe("elections come to an end", () => {
  test("candidacies without end, where nothing stands in their way, are found", () => {
    const scene = new Scene("elections-succeed");
    scene.see({ type: "campaigns", node: "n2", term: 1, transfer: false });
    scene.knowledge.nowMs = 14_000;
    expect(scene.see({ type: "stepped" })).toBeUndefined();
    scene.knowledge.nowMs = 15_001;
    expect(scene.see({ type: "stepped" })).toContain("1 candidacies in 15001 ms have led to no leader");
  });

  test.each<[string, Partial<Knowledge>]>([
    ["nodes are down", { isWell: (id) => id === "n1" }],
    ["links are cut", { isClear: () => false }],
    ["clocks are far from each other", { rateMax: 4 }],
  ])("where %s there is no leader to be expected", (_why, circumstances) => {
    const scene = new Scene("elections-succeed");
    Object.assign(scene.knowledge, circumstances);
    scene.see({ type: "campaigns", node: "n2", term: 1, transfer: false });
    scene.knowledge.nowMs = 20_000;
    expect(scene.see({ type: "stepped" })).toBeUndefined();
  });

  test("time counts from the last disturbance, and from the last leader", () => {
    for (const between of [{ type: "disturbed" }, { type: "leads", node: "n1", term: 1, isNew: true }] as const) {
      const scene = new Scene("elections-succeed");
      scene.see({ type: "campaigns", node: "n2", term: 1, transfer: false });
      scene.knowledge.nowMs = 14_000;
      scene.see(between);
      scene.see({ type: "campaigns", node: "n2", term: 2, transfer: false });
      scene.knowledge.nowMs = 20_000;
      expect(scene.see({ type: "stepped" })).toBeUndefined();
    }
  });
});
