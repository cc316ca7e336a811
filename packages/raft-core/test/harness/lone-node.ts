import {
  type Effect,
  type Entry,
  type HardState,
  type Input,
  type Membership,
  type Message,
  type NodeId,
  Raft,
  type RaftOptions,
  type Snapshot,
} from "../../src/index.ts";
import { Disk } from "../fuzz/disk.ts";
import { effectsOf } from "./effects.ts";
import { preVoteReply, voteReply } from "./messages.ts";
import { configuration, entriesOf, snapshotAt, trio } from "./stored.ts";

/** What a lone node starts from, besides any option of `Raft`. */
export interface LoneNodeOptions extends Partial<RaftOptions> {
  /** The terms of the stored log, or its entries. They follow `snapshot`, where there is one. */
  readonly log?: readonly number[] | readonly Entry[];
  readonly hardState?: HardState;
  readonly membership?: Membership;
  /** The log begins right behind it. */
  readonly snapshot?: Snapshot;
}

/**
 * One `Raft`, called n1 unless told otherwise, whose peers are played by the test. `step` gives it inputs and leaves
 * every effect to the test; `run` also does what a runtime with an instant disk and state machine would do.
 */
export class LoneNode {
  readonly disk: Disk = new Disk();
  nowMs = 0;
  readonly #options: RaftOptions;
  #raft: Raft;
  #answers: Input[] = [];

  constructor(options: LoneNodeOptions = {}) {
    const { log = [], hardState, membership = trio, snapshot, ...others } = options;
    // The configuration comes as if from a snapshot at 0, so that logs may begin at index 1, as in the paper.
    const start = snapshot ?? snapshotAt(0, 0, { membership });
    const entries = log.map((each, at) => (typeof each === "number" ? entriesOf([each], start.index + at + 1) : each));
    this.disk.snapshot = start;
    this.disk.base = { index: start.index, term: start.term };
    this.disk.entries = entries.flat();
    const lastTerm = this.disk.entries.at(-1)?.term ?? start.term;
    this.disk.hardState = hardState ?? { term: lastTerm, votedFor: undefined };
    this.#options = { id: "n1", random: { next: () => 0.5 }, ...others };
    this.#raft = this.#open();
  }

  get raft(): Raft {
    return this.#raft;
  }

  get id(): NodeId {
    return this.#options.id;
  }

  /** Gives it all that happens in one turn. Its writes stay under way until `completeSaves`. */
  step(...inputs: readonly Input[]): readonly Effect[] {
    const effects = this.#raft.step(inputs, this.nowMs);
    for (const effect of effects) this.#queue(effect);
    return effects;
  }

  /** Lets the oldest `count` of the writes under way, or all of them, become durable, and tells the node. */
  completeSaves(count: number = this.disk.queue.length): readonly Effect[] {
    for (let done = 0; done < count; done += 1) this.disk.complete();
    return this.step(...this.#answers.splice(0));
  }

  /** As `step`, with everything local done at once, until there is nothing left to do. */
  run(...inputs: readonly Input[]): readonly Effect[] {
    const all: Effect[] = [];
    let next: readonly Input[] = inputs;
    do {
      const effects = this.step(...next);
      all.push(...effects);
      next = [...effects.flatMap((effect) => this.#answer(effect)), ...this.#flush()];
    } while (next.length > 0);
    return all;
  }

  hear(from: NodeId, message: Message): readonly Effect[] {
    return this.run({ type: "message", from, message });
  }

  propose(...commands: readonly Uint8Array[]): readonly Effect[] {
    return this.run({ type: "propose", id: 1, commands });
  }

  pass(ms: number): readonly Effect[] {
    this.nowMs += ms;
    return this.run({ type: "tick" });
  }

  /** Lets the time pass until the node wants a tick. */
  timeOut(): readonly Effect[] {
    return this.pass(this.#raft.deadlineMs - this.nowMs);
  }

  /** Makes it the leader of the next term by the votes of `voters`. */
  elect(voters: readonly NodeId[] = ["n2", "n3"]): readonly Effect[] {
    const all = [...this.timeOut()];
    if (this.#raft.role === "pre-candidate") {
      const term = this.#raft.term + 1;
      for (const from of voters) all.push(...this.hear(from, preVoteReply(term, true)));
    }
    for (const from of voters) all.push(...this.hear(from, voteReply(this.#raft.term, true)));
    if (this.#raft.role !== "leader") throw new Error(`${this.id} was not elected: it is ${this.#raft.role}`);
    return all;
  }

  /** What is not durable yet is lost. */
  restart(): void {
    this.disk.crash(0);
    this.#answers = [];
    this.#raft = this.#open();
  }

  /** Starts it with an empty disk, as what the id stands for from now on. It knows `membership`, as if told to begin with. */
  wipe(incarnation: number, membership: Membership = configuration([])): void {
    this.disk.wipe(incarnation);
    this.disk.snapshot = snapshotAt(0, 0, { membership });
    this.restart();
  }

  /** The terms on disk, from the first entry on. */
  get terms(): readonly number[] {
    return this.disk.entries.map((entry) => entry.term);
  }

  #open(): Raft {
    return new Raft(this.#options, { state: this.disk.load(), snapshot: this.disk.snapshot, nowMs: this.nowMs });
  }

  #queue(effect: Effect): void {
    const { queue } = this.disk;
    if (effect.type === "save") {
      queue.push({ type: "save", save: effect, done: () => this.#answers.push({ type: "saved", seq: effect.seq }) });
    } else if (effect.type === "compact") {
      queue.push({ type: "compact", position: { index: effect.index, term: effect.term } });
    } else if (effect.type === "install-snapshot") {
      const { snapshot } = effect;
      queue.push({ type: "reset", snapshot, done: () => this.#answers.push({ type: "snapshot-installed", snapshot }) });
    }
  }

  #flush(): readonly Input[] {
    while (this.disk.queue.length > 0) this.disk.complete();
    return this.#answers.splice(0);
  }

  #answer(effect: Effect): readonly Input[] {
    if (effect.type === "apply") return [{ type: "applied", index: effect.entries.at(-1)?.index ?? 0 }];
    if (effect.type !== "load") return [];
    const { id, fromIndex, toIndex } = effect;
    const isThere = this.disk.entryAt(fromIndex) !== undefined;
    const entries = this.disk.entries.filter((entry) => entry.index >= fromIndex && entry.index <= toIndex);
    return [{ type: "loaded", id, entries: isThere ? entries : [] }];
  }
}

/** The entries that were applied, as "index/term". */
export function appliedBy(effects: readonly Effect[]): readonly string[] {
  return effectsOf(effects, "apply").flatMap((apply) => apply.entries.map(({ index, term }) => `${index}/${term}`));
}
