import {
  type Effect,
  type Entry,
  type Input,
  type Membership,
  type Message,
  type NodeId,
  Raft,
  type RaftOptions,
  type Snapshot,
} from "../../src/index.ts";
import { Disk } from "./disk.ts";
import type { Ghost } from "./ghost.ts";

/** What a node asks of the world around it. */
export interface World {
  readonly nowMs: () => number;
  readonly options: Omit<RaftOptions, "id">;
  readonly ghost: Ghost;
  send(from: NodeId, to: NodeId, message: Message): void;
  /** Whether the disks of a quorum hold the entry. */
  isSafe(index: number, term: number, membership: Membership): boolean;
}

/** Two chunks, so that offsets matter. */
const SNAPSHOT_BYTES = 2;

/** One node: the core, a disk, and a state machine that remembers the index it has applied. */
export class SimulatedNode {
  readonly id: NodeId;
  readonly disk: Disk = new Disk();
  readonly #world: World;
  #raft: Raft | undefined;
  #inputs: Input[] = [];
  #life = 0;
  #applied = 0;
  /** Those that were in force during the last turn. */
  #configurations: readonly Membership[] = [];
  #receivedBytes = new Map<number, number>();
  readonly isFounder: boolean;
  readonly #reads = new Map<number, number>();
  #nextRead = 1;
  readsDone = 0;
  snapshotsInstalled = 0;

  /** What it was asked for and has not answered yet; each is answered once, unless it crashes. */
  readonly #requests = new Set<number>();
  membersChanged = 0;
  transferred = 0;

  /** Without `genesis` it knows of no cluster yet. */
  constructor(id: NodeId, genesis: Entry | undefined, world: World) {
    this.id = id;
    this.isFounder = genesis !== undefined;
    this.#world = world;
    this.#format(genesis);
  }

  #format(genesis: Entry | undefined): void {
    this.disk.wipe(Math.floor(this.#world.options.random.next() * 2 ** 40));
    if (genesis !== undefined) this.disk.entries.push(genesis);
  }

  /** One life of its disk. */
  get self(): string {
    return `${this.id}/${this.disk.hardState.incarnation}`;
  }

  /** Its disk is lost; it starts with an empty one, and may be told the first members again. */
  wipe(genesis: Entry | undefined): void {
    this.crash(0);
    this.#format(genesis);
    this.start();
  }

  /** Gives it a request to which there is to be one answer. */
  ask(input: Extract<Input, { type: "change-members" | "transfer" }>): void {
    this.#requests.add(input.id);
    this.give(input);
  }

  #answered(id: number): void {
    if (!this.#requests.delete(id)) throw new Error(`${this.id} answers request ${id} twice`);
  }

  get openRequests(): number {
    return this.#requests.size;
  }

  get raft(): Raft | undefined {
    return this.#raft;
  }

  get applied(): number {
    return this.#applied;
  }

  start(): void {
    const { snapshot } = this.disk;
    const start = { state: this.disk.load(), snapshot, nowMs: this.#world.nowMs() };
    this.#raft = new Raft({ ...this.#world.options, id: this.id }, start);
    this.#configurations = [];
    this.#applied = snapshot?.index ?? 0;
  }

  crash(writtenShare: number): void {
    this.disk.crash(Math.floor(writtenShare * (this.disk.queue.length + 1)));
    this.#raft = undefined;
    this.#life += 1;
    this.#inputs = [];
    this.#reads.clear();
    this.#requests.clear();
    this.#receivedBytes.clear();
  }

  give(input: Input): void {
    if (this.#raft !== undefined) this.#inputs.push(input);
  }

  read(lease: boolean): void {
    if (this.#raft === undefined) return;
    this.#reads.set(this.#nextRead, this.#world.ghost.highestCommitted);
    this.give({ type: "read", id: this.#nextRead, lease });
    this.#nextRead += 1;
  }

  takeSnapshot(): void {
    const raft = this.#raft;
    const entry = this.#world.ghost.committed.get(this.#applied);
    if (raft === undefined || entry === undefined || this.#applied <= (this.disk.snapshot?.index ?? 0)) return;
    const { index, term } = entry;
    const snapshot = { index, term, membership: raft.membershipAt(index), sizeBytes: SNAPSHOT_BYTES, checksum: 0 };
    this.disk.snapshot = snapshot;
    this.give({ type: "snapshot-taken", snapshot });
  }

  get hasWork(): boolean {
    return this.#raft !== undefined && this.#inputs.length > 0;
  }

  turn(): void {
    const raft = this.#raft;
    if (raft === undefined) return;
    const before = { term: raft.term, commitIndex: raft.commitIndex };
    const { lastIndex } = raft;
    const effects = raft.step(this.#inputs.splice(0), this.#world.nowMs());
    const appended = Array.from({ length: Math.max(0, raft.lastIndex - lastIndex) }, (_, at) => lastIndex + 1 + at);
    this.#configurations = [raft.membershipAt(lastIndex), ...appended.map((index) => raft.membershipAt(index))];
    this.#perform(effects);
    if (raft.term < before.term || raft.commitIndex < before.commitIndex) throw new Error(`${this.id} went back`);
  }

  #perform(effects: readonly Effect[]): void {
    for (const [at, effect] of effects.entries()) {
      if (effect.type === "save") {
        const life = this.#life;
        const done = (): void => {
          if (life !== this.#life) return;
          this.give({ type: "saved", seq: effect.seq });
          this.#perform(effects.slice(at + 1));
        };
        this.disk.queue.push({ type: "save", save: effect, done });
        return;
      }
      this.#performOne(effect);
    }
  }

  #performOne(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#checkPromise(effect.to, effect.message);
        return this.#world.send(this.id, effect.to, effect.message);
      case "apply":
        for (const entry of effect.entries) this.#apply(entry);
        return this.give({ type: "applied", index: this.#applied });
      case "load": {
        const entries = this.disk.entries.filter((e) => e.index >= effect.fromIndex && e.index <= effect.toIndex);
        const found = entries[0]?.index === effect.fromIndex ? entries.slice(0, 3) : [];
        return this.give({ type: "loaded", id: effect.id, entries: found });
      }
      case "role":
        if (effect.role === "leader") this.#elected(effect.term);
        return;
      case "commit":
        return this.#checkCommit(effect.index);
      case "read-ready": {
        const safeIndex = this.#reads.get(effect.id) ?? Infinity;
        if (effect.index < safeIndex) throw new Error(`${this.id} reads at ${effect.index}, below ${safeIndex}`);
        this.readsDone += 1;
        return;
      }
      case "compact":
        this.disk.queue.push({ type: "compact", position: { index: effect.index, term: effect.term } });
        return;
      case "send-chunk": {
        const { term, snapshot, offsetBytes } = effect;
        const message = { type: "install-snapshot", term, snapshot, offsetBytes, data: new Uint8Array(1) } as const;
        return this.#world.send(this.id, effect.to, message);
      }
      case "receive-chunk":
        return this.#receiveChunk(effect.from, effect.snapshot, effect.offsetBytes);
      case "install-snapshot": {
        const life = this.#life;
        const done = (): void => {
          if (life === this.#life) this.#installed(effect.snapshot);
        };
        this.disk.queue.push({ type: "reset", snapshot: effect.snapshot, done });
        return;
      }
      case "suspect":
        if (effect.reason.startsWith("has lost what it had stored")) return;
        throw new Error(`${this.id} suspects ${effect.peer}: ${effect.reason}`);
      case "members-changed":
        this.membersChanged += 1;
        return this.#answered(effect.id);
      case "transferred":
        this.transferred += 1;
        return this.#answered(effect.id);
      case "members-refused":
      case "transfer-failed":
        return this.#answered(effect.id);
      case "disowned":
      case "save":
      case "accepted":
      case "refused":
      case "read-failed":
      case "membership":
      case "peers":
        return;
    }
  }

  #checkCommit(index: number): void {
    const raft = this.#raft;
    if (raft?.role !== "leader") return;
    if (!this.#configurations.some((each) => this.#world.isSafe(index, raft.term, each))) {
      throw new Error(`${this.id} commits ${index}, which no quorum holds`);
    }
  }

  #apply(entry: Entry): void {
    if (entry.index !== this.#applied + 1) throw new Error(`${this.id} applies ${entry.index} after ${this.#applied}`);
    this.#applied = entry.index;
    this.#world.ghost.applies(this.id, entry);
  }

  /** Leader completeness (fig. 3): at its election a leader's log holds all that was ever committed. */
  #elected(term: number): void {
    const { ghost } = this.#world;
    ghost.leads(this.self, term);
    for (const entry of ghost.committed.values()) {
      const queued = this.disk.queue.length > 0;
      if (!queued && !this.disk.holds(entry)) throw new Error(`${this.id} leads ${term} without ${entry.index}`);
    }
  }

  /** What a message promises must survive a crash of this node now. */
  #checkPromise(to: NodeId, message: Message): void {
    const { hardState, promisedIndex } = this.disk;
    if (message.type === "request-vote-reply" && !message.pre && message.granted) {
      this.#world.ghost.votes(`${this.id}/${hardState.incarnation}`, message.term, to);
      const isDurable = hardState.term > message.term || hardState.votedFor === to;
      if (!isDurable) throw new Error(`${this.id} promises a vote that it may forget`);
    }
    if (message.type === "append-entries-reply" && message.accepted && message.matchIndex > promisedIndex) {
      if (hardState.term === message.term) throw new Error(`${this.id} promises entries that it may forget`);
    }
  }

  #receiveChunk(from: NodeId, snapshot: Snapshot, offsetBytes: number): void {
    const held = this.#receivedBytes.get(snapshot.index) ?? 0;
    const nextOffsetBytes = offsetBytes === held ? held + 1 : held;
    this.#receivedBytes.set(snapshot.index, nextOffsetBytes);
    if (nextOffsetBytes >= SNAPSHOT_BYTES) this.give({ type: "snapshot-received", from, snapshot });
    else this.give({ type: "chunk-received", from, snapshot, nextOffsetBytes });
  }

  #installed(snapshot: Snapshot): void {
    if (snapshot.index <= this.#applied) throw new Error(`${this.id} goes back to ${snapshot.index}`);
    this.#applied = snapshot.index;
    this.snapshotsInstalled += 1;
    this.give({ type: "snapshot-installed", snapshot });
  }
}
