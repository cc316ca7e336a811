import type { Effect, Entry, HardState, Input, Message, NodeId, RaftOptions, Save, Snapshot } from "../../src/index.ts";
import type { Raft } from "../../src/raft.ts";
import type { Bounds } from "./bounds.ts";
import { copyOf, freeze } from "./copy.ts";
import { type Durable, type Written, storedState, write } from "./durable.ts";
import type { OpenCore } from "./open-core.ts";
import { forgetCounts, forgetTime, forgetWrite } from "./timeless.ts";
import { Violation, must } from "./violation.ts";

export interface Packet {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

/** A write under way, and what may be done only when it is durable. */
export interface PendingWrite {
  readonly save: Save;
  readonly afterwards: readonly Effect[];
}

/** One node between two events. Never changed: `after` leads from one to another. */
export interface LocalNode {
  readonly id: NodeId;
  readonly raft: Raft;
  readonly disk: Durable;
  readonly writes: readonly PendingWrite[];
}

/** How many of the writes under way a crash leaves whole, and what of the next one. */
export interface Cut {
  readonly whole: number;
  readonly part: Written | undefined;
}

export type LocalEvent =
  | { readonly type: "input"; readonly input: Input }
  | { readonly type: "written" }
  | { readonly type: "crash"; readonly cut: Cut };

export interface LocalResult {
  readonly node: LocalNode;
  readonly sent: readonly Packet[];
}

/** What every node of the exploration is made of. All of it is frozen. */
export interface Making {
  readonly core: OpenCore;
  readonly options: Omit<RaftOptions, "id">;
  readonly genesis: Snapshot;
  /** Hold every promise against the disk at the moment when it is made. */
  readonly promises: boolean;
  /** Make states equal that differ in nothing that can matter. */
  readonly reduced: boolean;
  readonly disks: Bounds["disks"];
}

/** Every event finds a node's timers as they were set at 0: whatever may have run out by now has run out. */
const NOW_MS = 150;

export function bootOf(making: Making, id: NodeId, disk: Durable): LocalNode {
  const start = { state: storedState(disk), snapshot: making.genesis, nowMs: 0 };
  const raft = new making.core.Raft({ ...making.options, id }, start);
  const state = making.core.stateOf(raft);
  Object.freeze(state.options);
  forgetTime(state);
  return { id, raft, disk, writes: [] };
}

export function after(making: Making, node: LocalNode, event: LocalEvent): LocalResult {
  if (event.type === "crash") return { node: bootOf(making, node.id, diskAfterCrash(node, event.cut)), sent: [] };
  const turn = new Turn(making, node);
  if (event.type === "written") turn.write();
  else turn.give(event.input);
  if (making.disks === "instant") turn.writeAll();
  return turn.end();
}

function diskAfterCrash(node: LocalNode, { whole, part }: Cut): Durable {
  let { disk } = node;
  for (const { save } of node.writes.slice(0, whole)) disk = write(disk, save, "all");
  const next = node.writes[whole];
  return part === undefined || next === undefined ? disk : write(disk, next.save, part);
}

/** One event and all that follows from it at once: state machine and reads from the log's disk are instant. */
class Turn {
  readonly #making: Making;
  readonly #node: LocalNode;
  readonly #raft: Raft;
  readonly #writes: PendingWrite[];
  readonly #sent: Packet[] = [];
  readonly #inputs: Input[] = [];
  #disk: Durable;

  constructor(making: Making, node: LocalNode) {
    this.#making = making;
    this.#node = node;
    this.#raft = copyOf(node.raft);
    this.#disk = node.disk;
    this.#writes = [...node.writes];
  }

  give(input: Input): void {
    this.#inputs.push(input);
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      const wasLeader = this.#raft.role === "leader";
      const before = this.#raft.commitIndex;
      const effects = this.#raft.step([next], NOW_MS);
      if (this.#making.promises) this.#mustKeepRules(wasLeader, before);
      this.#perform(effects);
    }
  }

  write(): void {
    const done = this.#writes.shift();
    if (done === undefined) throw new Error(`${this.#node.id} has no write under way`);
    this.#disk = freeze(write(this.#disk, done.save, "all"));
    this.#perform(done.afterwards);
    this.give({ type: "saved", seq: done.save.seq });
  }

  writeAll(): void {
    while (this.#writes.length > 0) this.write();
  }

  end(): LocalResult {
    forgetTime(this.#making.core.stateOf(this.#raft));
    if (this.#making.reduced) forgetCounts(this.#making.core.stateOf(this.#raft));
    const writes = this.#writes.map(({ save, afterwards }, at) => {
      const said = this.#making.reduced ? inOrder(afterwards) : afterwards;
      return freeze({ save: { ...save, seq: at + 1 }, afterwards: said });
    });
    return { node: { id: this.#node.id, raft: this.#raft, disk: this.#disk, writes }, sent: this.#sent };
  }

  #perform(effects: readonly Effect[]): void {
    for (const [at, effect] of effects.entries()) {
      if (effect.type === "save") {
        this.#save(effect, effects.slice(at + 1));
        return;
      }
      this.#performOne(effect);
    }
  }

  /**
   * A save of nothing, which only holds back what follows it, is joined to the write before it: they are durable
   * together, and what is said after a crash between the two may as well be said and lost.
   */
  #save(save: Save, afterwards: readonly Effect[]): void {
    const last = this.#writes.at(-1);
    const isEmpty = save.hardState === undefined && save.entries.length === 0;
    if (this.#making.reduced && isEmpty && last !== undefined) {
      forgetWrite(this.#making.core.stateOf(this.#raft), save.seq);
      this.#writes[this.#writes.length - 1] = { save: last.save, afterwards: [...last.afterwards, ...afterwards] };
    } else this.#writes.push({ save, afterwards });
  }

  #performOne(effect: Effect): void {
    switch (effect.type) {
      case "send":
        return this.#send(effect.to, effect.message);
      case "apply":
        this.#inputs.push({ type: "applied", index: effect.entries.at(-1)?.index ?? 0 });
        return;
      case "load":
        this.#inputs.push({ type: "loaded", id: effect.id, entries: this.#load(effect.fromIndex, effect.toIndex) });
        return;
      case "suspect":
        throw new Violation(`${this.#node.id} suspects ${effect.peer}, who ${effect.reason}`);
      default:
        return;
    }
  }

  #load(fromIndex: number, toIndex: number): readonly Entry[] {
    return this.#disk.entries.slice(fromIndex - 1, toIndex);
  }

  #send(to: NodeId, message: Message): void {
    if (this.#making.promises) this.#mustBeDurable(to, message);
    this.#sent.push(freeze({ from: this.#node.id, to, message: this.#plain(message) }));
  }

  /** Without what says only when it was said. */
  #plain(message: Message): Message {
    if (message.type === "heartbeat" || message.type === "heartbeat-reply") return { ...message, round: 0 };
    // A leader reads the prevIndex of a rejection only.
    if (this.#making.reduced && message.type === "append-entries-reply" && message.accepted)
      return { ...message, prevIndex: 0 };
    return message;
  }

  /** What a message promises must survive a crash of its sender now. */
  #mustBeDurable(to: NodeId, message: Message): void {
    const { hardState, entries } = this.#disk;
    const { id } = this.#node;
    const isPreVote = message.type.startsWith("request-vote") && "pre" in message && message.pre;
    if (!isPreVote)
      must(message.term <= hardState.term, () => `${id} speaks of term ${message.term}, but may forget it`);
    if (message.type === "request-vote-reply" && message.granted && !isPreVote) {
      must(isVote(hardState, message.term, to), () => `${id} gives ${to} a vote that it may forget`);
    }
    if (message.type === "append-entries-reply" && message.accepted) {
      must(
        entries.length >= message.matchIndex,
        () => `${id} acknowledges entry ${message.matchIndex}, but may forget it`,
      );
    }
  }

  #mustKeepRules(wasLeader: boolean, commitBefore: number): void {
    const { id, term, commitIndex, role } = this.#raft;
    must(commitIndex >= commitBefore, () => `the commit index of ${id} falls to ${commitIndex}`);
    if (role !== "leader") return;
    if (!wasLeader)
      must(isVote(this.#disk.hardState, term, id), () => `${id} leads by a vote of its own that it may forget`);
    const committed = this.#making.core.stateOf(this.#raft).log.termAt(commitIndex);
    must(
      commitIndex === commitBefore || committed === term,
      () => `${id}, who leads term ${term}, commits entry ${commitIndex} of term ${committed} by counting`,
    );
  }
}

function isVote(hardState: HardState, term: number, candidate: NodeId): boolean {
  return hardState.term === term && hardState.votedFor === candidate;
}

/** Each once, and always in the same order: the network keeps neither count nor order. */
function inOrder(effects: readonly Effect[]): readonly Effect[] {
  const byText = new Map(effects.map((effect) => [JSON.stringify(effect), effect]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, effect]) => effect);
}
