import {
  Entry,
  type HardState,
  type Membership,
  type Message,
  type NodeId,
  type Role,
  encodeMembership,
} from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import { Scheduler } from "@quorate/virtual-time";
import { type Violation, drawPlan } from "../../src/index.ts";
import { Checks } from "../../src/invariants/checks.ts";
import { CommittedLog } from "../../src/invariants/committed-log.ts";
import { NodeRecord } from "../../src/invariants/node-record.ts";
import type { Knowledge } from "../../src/invariants/observer.ts";
import { Verdict } from "../../src/invariants/violation.ts";
import { Incarnation } from "../../src/process/incarnation.ts";
import { NodeObserver } from "../../src/process/node-observer.ts";
import { Marks } from "../../src/report/marks.ts";
import { Statistics } from "../../src/report/statistics.ts";
import { Trace } from "../../src/trace/trace.ts";

export const entry = (index: number, term: number, text = ""): Entry =>
  new Entry(index, term, "command", new TextEncoder().encode(`${index} of ${term}${text}`));

/** A configuration of three voters, but for what is changed. */
export function configuration(index: number, term: number, change: Partial<Membership>): Entry {
  const base = { voters: ["n1", "n2", "n3"], outgoing: [], learners: [], addresses: {} };
  const membership = { ...base, ...change };
  const ids = [...membership.voters, ...membership.outgoing, ...membership.learners];
  const addresses = Object.fromEntries(ids.map((id) => [id, ""]));
  return new Entry(index, term, "membership", encodeMembership({ ...membership, addresses }));
}

export const vote = (term: number, votedFor: NodeId | undefined): HardState => ({ term, votedFor });

/** What a node says of itself when it has done nothing yet. */
export const idle: RaftNodeStatus = {
  id: "n1",
  incarnation: undefined,
  isForgotten: false,
  role: "follower",
  term: 0,
  leader: undefined,
  commitIndex: 0,
  appliedIndex: 0,
  firstIndex: 1,
  lastIndex: 0,
  snapshotIndex: 0,
  membership: { voters: [], outgoing: [], learners: [], addresses: {} },
  followers: [],
  election: { votedFor: undefined, votes: {}, timer: undefined },
  transferTo: undefined,
  failed: undefined,
};

/** Three nodes that are not there: a test tells the checks what they are to have seen. */
export class ObservedCluster {
  readonly checks: Checks;
  readonly #records: ReadonlyMap<NodeId, NodeRecord>;
  readonly #observers: ReadonlyMap<NodeId, NodeObserver>;

  constructor() {
    const { configuration } = drawPlan(1n, "calm", { nodes: 3 });
    const raft = { ...configuration.node.raft, preVote: true };
    const records = new Map(configuration.nodes.map((id, at) => [id, new NodeRecord(id, at + 1)]));
    const knowledge: Knowledge = {
      configuration: { ...configuration, node: { ...configuration.node, raft } },
      verdict: new Verdict(),
      marks: new Marks(),
      statistics: new Statistics(),
      records,
      committed: new CommittedLog(),
      leaders: new Map(),
      wiped: new Set(),
      quorum: 2,
    };
    const checks = new Checks(knowledge, () => 0);
    const observerOf = (record: NodeRecord): NodeObserver =>
      new NodeObserver({
        record,
        incarnation: new Incarnation(new Scheduler(), record.number, 1),
        checks,
        trace: new Trace(undefined),
        isOnDisk: () => true,
        hasRotted: () => false,
        called: () => undefined,
        appends: () => undefined,
      });
    this.checks = checks;
    this.#records = records;
    this.#observers = new Map([...records].map(([id, record]) => [id, observerOf(record)]));
  }

  /** Virtual time, as far as it matters. */
  nowMs = 0;

  get violation(): Violation | undefined {
    return this.checks.knowledge.verdict.violation;
  }

  record(id: NodeId): NodeRecord {
    const record = this.#records.get(id);
    if (record === undefined) throw new TypeError(`there is no ${id}`);
    return record;
  }

  observer(id: NodeId): NodeObserver {
    const observer = this.#observers.get(id);
    if (observer === undefined) throw new TypeError(`there is no ${id}`);
    return observer;
  }

  /** The node asks its storage for this, which is not durable yet. */
  asks(id: NodeId, entries: readonly Entry[], hardState?: HardState): void {
    const observer = this.observer(id);
    observer.issued({ type: "append", hardState, entries: observer.mirrored(entries) });
  }

  /** The same, and it is durable. */
  saves(id: NodeId, entries: readonly Entry[], hardState?: HardState): void {
    this.asks(id, entries, hardState);
    this.observer(id).acknowledged();
  }

  /** The node has won `term`, with its vote for itself durable. */
  leads(id: NodeId, term: number): void {
    this.saves(id, [], vote(term, id));
    this.takes(id, "leader", term);
  }

  takes(id: NodeId, role: Role, term: number): void {
    this.checks.elections.role(this.record(id), role, term);
  }

  sends(id: NodeId, to: NodeId, message: Message): void {
    this.observer(id).sends(to, message);
  }

  commits(id: NodeId, index: number, now: { readonly role: Role; readonly term: number }): void {
    this.checks.logs.commits(this.record(id), index, now);
  }

  says(id: NodeId, status: Partial<RaftNodeStatus>): void {
    this.checks.progress.look(this.record(id), { ...idle, id, ...status }, this.nowMs);
  }

  /** An event of the node's is over. */
  looksAt(id: NodeId, status: Partial<RaftNodeStatus>): void {
    this.checks.configurations.look(this.record(id), { ...idle, id, ...status });
  }

  /** The node comes back with nothing. */
  isWiped(id: NodeId): void {
    const fresh = new NodeRecord(id, 1);
    this.record(id).recovered(fresh.durable, fresh.durableHardState);
  }
}
