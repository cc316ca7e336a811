import type { EntryKind, MembershipChange, Message, NodeId, Role, Snapshot } from "../../src/index.ts";
import type { Bounds } from "./bounds.ts";
import { freeze } from "./copy.ts";
import { blank, partsOf } from "./durable.ts";
import { Fingerprint, type Permutation, permutationsOf } from "./fingerprint.ts";
import { Ints } from "./ints.ts";
import {
  type Committed,
  type Elections,
  committedWith,
  electionsWith,
  mustBeComplete,
  mustOnlyAppend,
} from "./invariants.ts";
import { type Cut, type LocalEvent, type LocalNode, type Making, type Packet, after, bootOf } from "./node.ts";
import type { OpenCore } from "./open-core.ts";
import { Pairs } from "./pairs.ts";
import { change, deliver, duplicate, propose, tick, unreachable, written } from "./step.ts";
import { Table } from "./table.ts";

/** What the invariants want to know of a node. */
export interface Facts {
  readonly term: number;
  readonly role: Role;
  readonly leads: boolean;
  readonly commitIndex: number;
  /** The term of every entry, the first entry's first. */
  readonly log: readonly number[];
  readonly durableTerm: number;
  readonly durableVote: NodeId | undefined;
  readonly lastTerm: number;
  /** While it leads: how far each follower is known to match. */
  readonly matches: Readonly<Record<NodeId, number>>;
  /** Likewise, of what is on disk, and what kind of entries these are. */
  readonly disk: readonly number[];
  readonly kinds: readonly EntryKind[];
  readonly writes: number;
  /** Whether one of the writes under way changes the hard state. */
  readonly savesHardState: boolean;
  readonly cuts: readonly Cut[];
}

const KINDS = 8;

/** The outcome of an event that changes nothing. */
export const UNCHANGED = -1;

/**
 * All that single nodes can be in and do, found out once and then looked up: there are far fewer states of one node than
 * of the cluster. Nodes, messages and results have numbers.
 */
export class World {
  readonly ids: readonly NodeId[];
  readonly permutations: readonly Permutation[];
  readonly locals: Table<LocalNode>;
  readonly facts: Facts[] = [];
  readonly packets: Table<Packet>;
  /** By number of packet: the receiver's number. */
  readonly receivers: Ints = new Ints();
  readonly senders: Ints = new Ints();
  /** By number of packet: how much of its log the sender says to hold, or 0. */
  readonly acknowledged: Ints = new Ints();
  readonly elections: Table<Elections>;
  readonly commits: Table<Committed>;
  readonly results: Pairs = new Pairs();
  /** By number of result: the node afterwards, or UNCHANGED; and where its packets begin in `sent`. */
  readonly outcomes: Ints = new Ints();
  readonly sentFrom: Ints = new Ints();
  readonly sent: Ints = new Ints();
  readonly #lists = new Map<string, readonly (string | number)[]>();
  /** Whether a node that does not lead has said what does not wait for its writes (see `ReducedExplorer`). */
  hasSpokenEarly = false;
  readonly checksPromises: boolean;
  readonly #making: Making;
  readonly keepsStale: boolean;
  readonly #met = new Set<number>();
  readonly #change: MembershipChange;
  readonly #tokens = new Map<number, number>();
  readonly #renamed: Pairs = new Pairs();

  constructor(core: OpenCore, bounds: Bounds, promises: boolean) {
    this.checksPromises = promises;
    this.keepsStale = bounds.staleAnswers === "kept";
    this.ids = Array.from({ length: bounds.nodes }, (_, at) => `n${at + 1}`);
    const numbers = this.ids.map((_, at) => at);
    this.permutations = bounds.change === "none" ? permutationsOf(numbers) : [numbers];
    // The tail in memory and the disk hold the same entries, and both are read at once: which is read does not matter.
    const same = bounds.reduced ? ["_tail", "_tailBytes"] : [];
    const constant = bounds.change === "none" ? ["membership", "snapshot"] : ["snapshot"];
    const fingerprint = new Fingerprint(this.ids, ["options", ...constant, ...same]);
    this.locals = new Table(fingerprint, this.permutations);
    this.packets = new Table(fingerprint, this.permutations);
    this.elections = new Table(fingerprint, this.permutations);
    this.commits = new Table(fingerprint, this.permutations);
    this.#change = changeOf(this.ids, bounds.change);
    this.sentFrom.push(0);
    const batch = bounds.batches === "one" ? { appendBytesMax: 1 } : {};
    const options = { random: { next: () => 0 }, preVote: bounds.preVote, checkQuorum: false, ...batch };
    this.#making = freeze({
      core,
      options,
      genesis: genesisOf(this.ids, bounds.change),
      promises,
      reduced: bounds.reduced,
      disks: bounds.disks,
    });
  }

  /** A node that has never run. */
  newNode(id: NodeId): number {
    return this.#numberOf(bootOf(this.#making, id, blank));
  }

  factsOf(local: number): Facts {
    const facts = this.facts[local];
    if (facts === undefined) throw new Error(`no node has the number ${local}`);
    return facts;
  }

  /** Notes that a node is in this state in a state of the cluster, and was not only asked what it would do. */
  meet(local: number): void {
    this.#met.add(local);
  }

  /** The states of nodes that were met. */
  get met(): Iterable<number> {
    return this.#met;
  }

  /** The number of the result of an event. Throws a `Violation` where a node by itself does what it must not. */
  resultOf(local: number, kind: number, argument: number): number {
    const event = argument * KINDS + kind;
    const known = this.results.get(local, event);
    if (known >= 0) return known;
    const before = this.locals.at(local);
    const { node, sent } = after(this.#making, before, this.eventOf(local, kind, argument));
    const outcome = this.#numberOf(node);
    mustOnlyAppend(this.factsOf(local), this.factsOf(outcome), node.id);
    if (kind !== written && this.#speaksEarly(this.factsOf(outcome), sent)) this.hasSpokenEarly = true;
    for (const packet of sent) this.sent.push(this.#packetNumberOf(packet));
    this.sentFrom.push(this.sent.length);
    this.outcomes.push(outcome === local && sent.length === 0 ? UNCHANGED : outcome);
    const result = this.outcomes.length - 1;
    this.results.set(local, event, result);
    return result;
  }

  /** Whether anybody has asked for the result of this event. */
  isKnown(local: number, kind: number, argument: number): boolean {
    return this.results.get(local, argument * KINDS + kind) >= 0;
  }

  deliveryOf(local: number, packet: number): number {
    return this.resultOf(local, deliver, packet);
  }

  /**
   * Whether the packet can never again mean anything to the node: it answers what the node asked as a candidate or a
   * leader of a term that it is that in no more, and cannot be again, whatever crashes. The core must agree for now.
   */
  isStale(packet: number, local: number): boolean {
    const { message } = this.packets.at(packet);
    const { term, role, durableTerm } = this.factsOf(local);
    if (this.keepsStale || !isAnswer(message) || message.term > durableTerm) return false;
    const isAsking = role === "candidate" || (role === "leader" && message.type !== "request-vote-reply");
    if (isAsking && term === message.term) return false;
    return this.outcomes.at(this.deliveryOf(local, packet)) === UNCHANGED;
  }

  /** A request of the same kind from the same sender, of a term before all others: no node sends one. */
  tokenOf(packet: number): number {
    const known = this.#tokens.get(packet);
    if (known !== undefined) return known;
    const { from, to, message } = this.packets.at(packet);
    const token: Message =
      message.type === "request-vote"
        ? { type: "request-vote", pre: false, term: 0, lastIndex: 0, lastTerm: 0 }
        : { type: "heartbeat", term: 0, round: 0, commitIndex: 0 };
    const number = this.#packetNumberOf(freeze({ from, to, message: token }));
    this.#tokens.set(packet, number);
    return number;
  }

  /** The packet as it would be had the nodes exchanged their names. */
  renamed(packet: number, permutation: number): number {
    const known = this.#renamed.get(packet, permutation);
    if (known >= 0) return known;
    const { from, to, message } = this.packets.at(packet);
    const nameOf = (id: NodeId): NodeId => this.ids[this.permutations[permutation]?.[this.ids.indexOf(id)] ?? 0] ?? id;
    const number = this.#packetNumberOf(freeze({ from: nameOf(from), to: nameOf(to), message }));
    this.#renamed.set(packet, permutation, number);
    return number;
  }

  /** Sent as often as a node likes without its term rising; so one that is under way is not sent again. */
  isPreVote(packet: number): boolean {
    const { message } = this.packets.at(packet);
    return (message.type === "request-vote" || message.type === "request-vote-reply") && message.pre;
  }

  /** The elections with one more, which has just been won. */
  elect(elections: number, commits: number, local: number): number {
    const { id } = this.locals.at(local);
    const facts = this.factsOf(local);
    mustBeComplete(this.commits.at(commits), id, facts);
    const now = electionsWith(this.elections.at(elections), id, facts.term);
    return this.elections.numberOf(now, now);
  }

  /** What is committed once the node has committed what it has. */
  commit(commits: number, local: number): number {
    const now = committedWith(this.commits.at(commits), this.locals.at(local).id, this.factsOf(local));
    return this.commits.numberOf(now, now);
  }

  eventOf(local: number, kind: number, argument: number): LocalEvent {
    switch (kind) {
      case deliver:
      case duplicate: {
        const { from, message } = this.packets.at(argument);
        return { type: "input", input: { type: "message", from, message } };
      }
      case tick:
        return { type: "input", input: { type: "tick" } };
      case propose:
        return { type: "input", input: { type: "propose", id: 1, commands: [new Uint8Array()] } };
      case unreachable:
        return { type: "input", input: { type: "unreachable", peer: this.ids[argument] ?? "" } };
      case written:
        return { type: "written" };
      case change:
        return { type: "input", input: { type: "change-members", id: 1, change: this.#change } };
      default:
        return { type: "crash", cut: this.factsOf(local).cuts[argument] ?? { whole: 0, part: undefined } };
    }
  }

  #speaksEarly({ leads, writes, savesHardState }: Facts, sent: readonly Packet[]): boolean {
    if (leads || writes === 0) return false;
    return sent.some(({ message }) => savesHardState || message.type !== "heartbeat-reply");
  }

  #numberOf(node: LocalNode): number {
    const { id, disk, writes, raft } = node;
    const state = this.#making.core.stateOf(raft);
    const number = this.locals.numberOf(node, { id, disk, writes, state });
    if (number < this.facts.length) return number;
    const { term, role, commitIndex, lastIndex } = raft;
    const cuts = writes.flatMap(({ save }, whole) => [
      { whole, part: undefined },
      ...partsOf(save).map((part) => ({ whole, part })),
    ]);
    this.facts.push({
      term,
      role,
      leads: role === "leader",
      commitIndex,
      log: this.#shared(Array.from({ length: lastIndex }, (_, at) => state.log.termAt(at + 1) ?? 0)),
      durableTerm: disk.hardState.term,
      durableVote: disk.hardState.votedFor,
      lastTerm: state.log.lastTerm,
      matches: Object.fromEntries(raft.followers().map((each) => [each.id, each.matchIndex])),
      disk: this.#shared(disk.entries.map((entry) => entry.term)),
      kinds: this.#shared(disk.entries.map((entry) => entry.kind)),
      writes: writes.length,
      savesHardState: writes.some(({ save }) => save.hardState !== undefined),
      cuts: [...cuts, { whole: writes.length, part: undefined }],
    });
    return number;
  }

  /** Equal logs are one object, so that a look tells whether a log has changed. */
  #shared<T extends string | number>(list: readonly T[]): readonly T[] {
    const key = list.join(" ");
    const known = this.#lists.get(key);
    if (known !== undefined) return known as readonly T[];
    this.#lists.set(key, list);
    return list;
  }

  #packetNumberOf(packet: Packet): number {
    const number = this.packets.numberOf(packet, packet);
    if (number < this.receivers.length) return number;
    const { from, to, message } = packet;
    this.receivers.push(this.ids.indexOf(to));
    this.senders.push(this.ids.indexOf(from));
    this.acknowledged.push(message.type === "append-entries-reply" && message.accepted ? message.matchIndex : 0);
    return number;
  }
}

function isAnswer(message: Message): boolean {
  if (message.type === "request-vote-reply") return !message.pre;
  return message.type === "append-entries-reply" || message.type === "heartbeat-reply";
}

function changeOf(ids: readonly NodeId[], kind: Bounds["change"]): MembershipChange {
  const last = ids.slice(-1);
  if (kind === "remove") return { remove: last };
  return { promote: last, remove: kind === "replace" ? ids.slice(0, -1) : [] };
}

function genesisOf(ids: readonly NodeId[], changeKind: Bounds["change"]): Snapshot {
  const addresses = Object.fromEntries(ids.map((id) => [id, `${id}.example`]));
  const count = changeKind === "promote" || changeKind === "replace" ? ids.length - 1 : ids.length;
  const membership = { voters: ids.slice(0, count), outgoing: [], learners: ids.slice(count), addresses };
  return freeze({ index: 0, term: 0, membership, sizeBytes: 0, checksum: 0 });
}
