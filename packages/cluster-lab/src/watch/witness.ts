import type { Entry, Message, NodeId, Role } from "@quorate/raft-core";
import { invariants } from "../invariants/all.ts";
import type { Breach, Invariant, Violation, Watcher } from "../invariants/invariant.ts";
import type { Knowledge } from "./knowledge.ts";
import { Marks } from "./marks.ts";
import type { NodeRecord, Stored, Write } from "./node-record.ts";
import type { Observation } from "./observation.ts";

export interface WitnessOptions {
  readonly knowledge: Knowledge;
  /** The same map as that of `knowledge`. */
  readonly leaders: Map<number, NodeId>;
  step(): number;
}

/** Sees what passes the ports of all nodes, keeps record of it, and lets the invariants look at it. */
export class Witness {
  readonly marks: Marks = new Marks();
  readonly #options: WitnessOptions;
  readonly #watchers: readonly (readonly [Invariant, Watcher])[];
  readonly #campaigns = new Map<NodeId, number>();
  #violation: Violation | undefined;

  constructor(options: WitnessOptions) {
    this.#options = options;
    const { liveness } = options.knowledge.options;
    const checked = invariants.filter(({ kind }) => liveness || kind === "safety");
    this.#watchers = checked.map((invariant) => [invariant, invariant.watch(options.knowledge)]);
  }

  /** The first one. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  get knowledge(): Knowledge {
    return this.#options.knowledge;
  }

  mark(kind: Parameters<Marks["set"]>[2]): void {
    this.marks.set(this.knowledge.nowMs, this.#options.step(), kind);
  }

  see(observation: Observation): void {
    if (this.#violation !== undefined) return;
    for (const [invariant, watcher] of this.#watchers) {
      const breach = watcher(observation);
      if (breach !== undefined) return this.violate(invariant, breach);
    }
  }

  violate({ name, section }: Pick<Invariant, "name" | "section">, breach: Breach): void {
    if (this.#violation !== undefined) return;
    const { nowMs } = this.knowledge;
    this.#violation = { ...breach, invariant: name, section, step: this.#options.step(), atMs: nowMs };
    this.mark({ kind: "violation", node: breach.node, text: breach.sentence, values: { invariant: name } });
  }

  /** A message leaves a node. */
  sends(node: NodeId, to: NodeId, message: Message): void {
    const { term } = message;
    switch (message.type) {
      case "request-vote":
        if (!message.pre) this.#standsFor(node, term, message.transfer === true);
        return;
      case "request-vote-reply":
        if (message.granted && !message.pre) this.see({ type: "votes", node, term, candidate: to });
        return;
      case "append-entries":
      case "heartbeat":
      case "install-snapshot":
        this.see({ type: "leads", node, term, isNew: false });
        return;
      default:
    }
  }

  /** A node takes a message in. */
  receives(node: NodeId, from: NodeId, { type, term }: Message): void {
    if (type === "append-entries" || type === "heartbeat" || type === "install-snapshot") {
      this.see({ type: "hears", node, leader: from, term });
    }
  }

  role(record: NodeRecord, role: Role, term: number): void {
    const { ledTerm } = record;
    const { id: node } = record;
    if (ledTerm !== undefined && (role !== "leader" || term !== ledTerm)) {
      record.ledTerm = undefined;
      this.see({ type: "yields", node, ledTerm, term });
    }
    if (role !== "leader" || ledTerm === term) return;
    record.ledTerm = term;
    this.mark({ kind: "leader", node, term, text: `${node} leads term ${term}`, values: { term } });
    this.see({ type: "leads", node, term, isNew: true });
    if (!this.#options.leaders.has(term)) this.#options.leaders.set(term, node);
  }

  /** A node asks its storage for a write. */
  asks(record: NodeRecord, write: Write): void {
    const { id: node } = record;
    if (write.type === "append") this.see({ type: "appends", node, entries: write.entries });
    record.issued.perform(write);
    if (write.type !== "append") return;
    this.see({ type: "appended", node, entries: write.entries });
    for (const entry of write.entries) this.#noteMembership(record, entry);
  }

  /** Its storage says that the oldest write under way is durable. */
  isDurable(record: NodeRecord, write: Write): void {
    record.durable.perform(write);
    const { committed } = this.knowledge;
    if (record.isExcused && record.holds(committed.lastIndex, committed.chainAt(committed.lastIndex) ?? 0)) {
      record.isExcused = false;
    }
    this.see({ type: "durable", node: record.id });
  }

  applies(node: NodeId, index: number, command: Uint8Array): void {
    this.see({ type: "applies", node, index, command });
  }

  /** After an event: what the node has told to be committed is in its record by now. */
  settleCommit(record: NodeRecord, term: number): void {
    const { id: node, issued, checkedCommit } = record;
    const index = Math.min(record.commitToCheck, issued.log.lastIndex);
    if (index <= checkedCommit) return;
    record.checkedCommit = index;
    this.see({ type: "commits", node, index, term });
    const { committed } = this.knowledge;
    const before = committed.lastIndex;
    for (let at = before + 1; at <= index; at += 1) {
      const entry = issued.log.get(at);
      if (entry === undefined) return;
      committed.push(entry, term);
    }
    if (index === before || index < committed.lastIndex) return;
    this.mark({ kind: "commit", node, term, text: `entry ${index} is committed`, values: { index } });
    this.see({ type: "committed", node, index });
  }

  crashed(record: NodeRecord, found: Stored): void {
    record.ends(found);
    this.see({ type: "crashed", node: record.id });
  }

  /** A node begins a life. One that has lost its disk may come to terms again in which it has stood before. */
  starts({ id: node, durable }: NodeRecord): void {
    if (durable.hardState.term < (this.#campaigns.get(node) ?? 0)) this.#campaigns.delete(node);
    this.see({ type: "started", node });
  }

  /** The hash of what is committed up to `index`, for logs that begin behind it. */
  chainAt(index: number): number {
    return this.knowledge.committed.chainAt(index) ?? 0;
  }

  #standsFor(node: NodeId, term: number, transfer: boolean): void {
    if ((this.#campaigns.get(node) ?? 0) >= term) return;
    this.#campaigns.set(node, term);
    this.mark({ kind: "election", node, term, text: `${node} stands for term ${term}`, values: { term } });
    this.see({ type: "campaigns", node, term, transfer });
    this.see({ type: "votes", node, term, candidate: node });
  }

  #noteMembership({ id: node, ledTerm }: NodeRecord, entry: Entry): void {
    if (entry.kind !== "membership" || ledTerm === undefined || entry.term !== ledTerm) return;
    const { index } = entry;
    this.mark({ kind: "membership", node, text: `${node} appends a configuration at ${index}`, values: { index } });
  }
}
