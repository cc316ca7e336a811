import { type Logger, type Member, type NodeId, type SnapshotPolicy, seededRandom } from "@quorate/raft-core";
import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { MemoryNetwork } from "@quorate/transport-memory";
import { RaftNode, type RaftNodeOptions } from "../../src/index.ts";
import { TextMachine, text } from "./text-machine.ts";
import { VirtualClock } from "./virtual-clock.ts";

export type TextNode = RaftNode<number, number, readonly string[]>;
export type TextNodeOptions = RaftNodeOptions<number, number, readonly string[]>;

/** One life of a node: from its start to its crash or its close. */
export interface Life {
  readonly node: TextNode;
  readonly machine: TextMachine;
  readonly storage: MemoryStorage;
  readonly snapshots: MemorySnapshotStore;
}

export interface ClusterOptions extends Partial<
  Pick<
    TextNodeOptions,
    | "trailingEntries"
    | "snapshotChunkBytes"
    | "tailBytesMax"
    | "appendBytesMax"
    | "uncommittedBytesMax"
    | "leaseDriftMax"
    | "catchUpTimeoutMs"
  >
> {
  readonly seed?: number;
  readonly writeMs?: number;
  readonly snapshotPolicy?: SnapshotPolicy;
  readonly logger?: Logger;
}

const never: SnapshotPolicy = () => false;

/** Whole nodes on a virtual clock, a memory network, and disks that outlive them. */
export class Cluster {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly members: readonly Member[];
  readonly #options: ClusterOptions;
  /** What survived the last life of each node. */
  readonly #survived = new Map<NodeId, Pick<Life, "storage" | "snapshots">>();
  readonly #lives = new Map<NodeId, Life>();
  readonly #hungUntilMs = new Map<NodeId, number>();
  readonly #brokenDisks = new Map<NodeId, string>();
  #starts = 0;

  constructor(size: number, options: ClusterOptions = {}) {
    this.#options = options;
    this.members = Array.from({ length: size }, (_, i) => ({ id: `n${i + 1}`, address: `host-${i + 1}` }));
    const random = seededRandom(`${options.seed ?? 1}/network`);
    this.network = new MemoryNetwork({ clock: this.clock, random, delayMinMs: 1, delayMaxMs: 3 });
  }

  static async start(size: number, options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(size, options);
    for (const { id } of cluster.members) await cluster.start(id);
    return cluster;
  }

  get ids(): readonly NodeId[] {
    return this.members.map((member) => member.id);
  }

  get running(): readonly NodeId[] {
    return [...this.#lives.keys()];
  }

  life(id: NodeId): Life {
    const life = this.#lives.get(id);
    if (life === undefined) throw new Error(`${id} does not run`);
    return life;
  }

  node(id: NodeId): TextNode {
    return this.life(id).node;
  }

  /** Starts a node that has nothing stored and is to be added to the cluster. */
  join(id: NodeId, options: Partial<TextNodeOptions> = {}): Promise<TextNode> {
    return this.start(id, { members: undefined, join: true, ...options });
  }

  /** As if the disk had been replaced: what is left of the node is its id. */
  wipe(id: NodeId): void {
    if (this.#lives.has(id)) this.crash(id);
    this.#survived.delete(id);
  }

  async start(id: NodeId, options: Partial<TextNodeOptions> = {}): Promise<TextNode> {
    this.#starts += 1;
    const { seed = 1, snapshotPolicy = never, ...rest } = this.#options;
    const machine = new TextMachine();
    const sync = (): Promise<void> => this.#sync(id);
    const survived = this.#survived.get(id);
    const storage = survived?.storage ?? (await MemoryStorage.open({ sync }));
    const snapshots = survived?.snapshots ?? (await MemorySnapshotStore.open());
    const opening = RaftNode.open({
      id,
      members: this.members,
      storage,
      snapshots,
      stateMachine: machine,
      transport: this.network.transport(id),
      clock: this.clock,
      random: seededRandom(`${seed}/${id}/${this.#starts}`),
      snapshotPolicy,
      ...rest,
      ...options,
    });
    const node = await this.clock.during(opening);
    this.#lives.set(id, { node, machine, storage, snapshots });
    return node;
  }

  /** Its disk neither works nor fails for so long; then it does what it was given. */
  hang(id: NodeId, ms: number): void {
    this.#hungUntilMs.set(id, this.clock.now() + ms);
  }

  /** Every write to its disk fails, in this life and those that follow, until `mend`. */
  break(id: NodeId, reason: string): void {
    this.#brokenDisks.set(id, reason);
  }

  mend(id: NodeId): void {
    this.#brokenDisks.delete(id);
  }

  async #sync(id: NodeId): Promise<void> {
    const { writeMs = 1 } = this.#options;
    const hungMs = (this.#hungUntilMs.get(id) ?? 0) - this.clock.now();
    await new Promise<void>((resolve) => this.clock.after(Math.max(writeMs, hungMs), resolve));
    const reason = this.#brokenDisks.get(id);
    if (reason !== undefined) throw new Error(reason);
  }

  /** As `kill -9`: what is not on disk is gone, and nobody hears of it. */
  crash(id: NodeId): void {
    const { node, storage, snapshots } = this.life(id);
    this.#lives.delete(id);
    this.#survived.set(id, { storage: storage.crash(), snapshots: snapshots.crash() });
    void node.close();
  }

  async restart(id: NodeId): Promise<TextNode> {
    if (this.#lives.has(id)) this.crash(id);
    return this.start(id);
  }

  /** A node that leads and is followed by a majority; the one of the latest term. */
  get leader(): NodeId | undefined {
    const status = this.running.map((id) => this.node(id).status());
    const terms = status.toSorted((a, b) => b.term - a.term);
    const leader = terms.find(({ role }) => role === "leader");
    const voters = leader?.membership.voters ?? [];
    const followers = status.filter((one) => leader && one.leader?.id === leader.id && one.term === leader.term);
    return followers.filter(({ id }) => voters.includes(id)).length * 2 > voters.length ? leader?.id : undefined;
  }

  async elect(): Promise<NodeId> {
    await this.clock.until(() => this.leader !== undefined, "a leader");
    return this.leader ?? "";
  }

  propose(id: NodeId, line: string): Promise<number> {
    return this.clock.during(this.node(id).propose(text(line)));
  }

  /** All running nodes have applied all that any has. */
  async converge(limitMs?: number): Promise<void> {
    const isEqual = (): boolean => {
      const states = this.running.map((id) => this.node(id).status());
      const last = Math.max(...states.map((state) => state.lastIndex));
      return this.leader !== undefined && states.every((state) => state.appliedIndex === last);
    };
    await this.clock.until(isEqual, "all nodes have applied the same", limitMs);
  }

  lines(id: NodeId): readonly string[] {
    return this.life(id).machine.lines;
  }

  others(id: NodeId): readonly NodeId[] {
    return this.running.filter((other) => other !== id);
  }

  async close(): Promise<void> {
    const lives = [...this.#lives.values()];
    await this.clock.during(Promise.all(lives.map((life) => life.node.close())));
  }
}
