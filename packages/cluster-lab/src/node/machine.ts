import type { Member, Membership, NodeId, Random, SnapshotPolicy } from "@quorate/raft-core";
import { RaftNode } from "@quorate/raft-node";
import type { RaftNodeStatus } from "@quorate/raft-node";
import type { MemoryNetwork } from "@quorate/transport-memory";
import type { Scheduler } from "@quorate/virtual-time";
import type { RegisterResult } from "../registers/register-machine.ts";
import type { LabOptions } from "../session/options.ts";
import { Life } from "../time/life.ts";
import { MachineClock } from "../time/machine-clock.ts";
import { NodeRecord, Stored } from "../watch/node-record.ts";
import type { Witness } from "../watch/witness.ts";
import type { Disk } from "./disk.ts";
import { LabTransport } from "./lab-transport.ts";
import { ObservedMachine } from "./observed-machine.ts";
import { ObservedStorage, readStored } from "./observed-storage.ts";

export type LabNode = RaftNode<RegisterResult, string, string | null>;

export type MachineState = "down" | "opening" | "up" | "failed";

/** What all machines of a cluster share. */
export interface Surroundings {
  readonly options: LabOptions;
  readonly scheduler: Scheduler;
  readonly network: MemoryNetwork;
  readonly witness: Witness;
  readonly random: (node: NodeId, life: number) => Random;
}

/** Which node a machine runs, and how it comes to its cluster: it begins it, or waits to be added by it. */
export interface Origin {
  readonly id: NodeId;
  /** Counts up from 1. */
  readonly number: number;
  readonly founders: readonly NodeId[];
  readonly isSpare: boolean;
}

/** Keeps timeouts from being drawn: the range is too small for it to matter where in it one falls. */
const NO_RANGE_MS = 0.001;

/** A machine that runs one node, life after life. */
export class Machine {
  readonly id: NodeId;
  readonly number: number;
  readonly record: NodeRecord;
  readonly clock: MachineClock;
  readonly #surroundings: Surroundings;
  readonly #origin: Origin;
  readonly #disk: Disk;
  /** Whoever waits for an answer hears that the connection is gone. */
  readonly #connections = new Set<() => void>();
  #life: Life;
  #state: MachineState = "down";
  #node: LabNode | undefined;
  #failure: string | undefined;
  #membership: Membership | undefined;
  #isSnapshotWanted = false;

  constructor(origin: Origin, disk: Disk, surroundings: Surroundings) {
    this.id = origin.id;
    this.number = origin.number;
    this.record = new NodeRecord(origin.id);
    this.clock = new MachineClock(surroundings.scheduler);
    this.#disk = disk;
    this.#origin = origin;
    this.#surroundings = surroundings;
    this.#life = new Life(surroundings.scheduler, origin.number, 0);
    this.#life.kill();
  }

  get state(): MachineState {
    return this.#state;
  }

  get life(): Life {
    return this.#life;
  }

  get isPaused(): boolean {
    return this.#life.paused;
  }

  /** While it is up. */
  get node(): LabNode | undefined {
    return this.#node;
  }

  /** Why it has stopped for good. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** As its node has it, or had it when it last ran. */
  get membership(): Membership | undefined {
    return this.#membership;
  }

  get isSnapshotWanted(): boolean {
    return this.#isSnapshotWanted;
  }

  status(): RaftNodeStatus | undefined {
    return this.#node?.status();
  }

  start(): void {
    const { scheduler, witness } = this.#surroundings;
    const life = new Life(scheduler, this.number, this.#life.number + 1);
    this.#life = life;
    this.#state = "opening";
    this.#failure = undefined;
    witness.starts(this.record);
    this.#open(life).then(
      (node) => life.alive && this.#isOpen(node, life),
      (error: unknown) => life.alive && this.#failed(String(error)),
    );
  }

  /** The process dies at once, and with it what the disk has not made durable. */
  kill(): void {
    this.#end();
    this.#find(this.#disk.crash());
  }

  /** The process dies, and is given an empty disk. */
  async wipe(): Promise<void> {
    this.#end();
    await this.#disk.replace();
    this.record.disks += 1;
    this.record.isExcused = true;
    this.record.snapshot = undefined;
    this.#membership = undefined;
    this.#surroundings.witness.crashed(this.record, new Stored());
  }

  pause(): void {
    this.#life.pause();
  }

  resume(): void {
    this.#life.resume();
  }

  /** The next batch of entries that is applied is followed by a snapshot. */
  wantSnapshot(): void {
    this.#isSnapshotWanted = true;
  }

  /** Calls `broken` when this life ends before the returned function is called. */
  connect(broken: () => void): () => void {
    this.#connections.add(broken);
    return () => void this.#connections.delete(broken);
  }

  /** After an event. */
  inspect(): void {
    const { commitToCheck, checkedCommit } = this.record;
    if (commitToCheck > checkedCommit && this.#node !== undefined) {
      this.#surroundings.witness.settleCommit(this.record, this.#node.status().term);
    }
  }

  async #open(life: Life): Promise<LabNode> {
    const { network, options, random, witness } = this.#surroundings;
    const { founders, isSpare } = this.#origin;
    const { storage, snapshots } = this.#disk.portsOf(life);
    const members: readonly Member[] = founders.map((id) => ({ id, address: id }));
    const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs, randomTimeouts } = options;
    return RaftNode.open({
      id: this.id,
      ...(isSpare ? { join: members } : { members }),
      electionTimeoutMinMs,
      electionTimeoutMaxMs: randomTimeouts ? electionTimeoutMaxMs : electionTimeoutMinMs + NO_RANGE_MS,
      heartbeatIntervalMs,
      preVote: options.preVote,
      checkQuorum: options.checkQuorum,
      leaseDriftMax: options.leaseDriftMax,
      trailingEntries: options.trailingEntries,
      snapshotChunkBytes: options.snapshotChunkBytes,
      appendBytesMax: options.appendBytesMax,
      storage: new ObservedStorage(storage, { record: this.record, life, witness }),
      transport: new LabTransport(network.transport(this.id), life, witness),
      snapshots,
      stateMachine: new ObservedMachine(this.id, life, witness),
      snapshotPolicy: this.#policy,
      clock: this.clock.portOf(life),
      random: random(this.id, life.number),
    });
  }

  readonly #policy: SnapshotPolicy = ({ entries }) => {
    const every = this.#surroundings.options.snapshotEveryEntries;
    const isDue = this.#isSnapshotWanted || (every > 0 && entries >= every);
    this.#isSnapshotWanted = false;
    return isDue;
  };

  #isOpen(node: LabNode, life: Life): void {
    const { witness } = this.#surroundings;
    const { record } = this;
    this.#node = node;
    this.#state = "up";
    this.#membership = node.status().membership;
    node.on("membership", ({ membership }) => {
      if (life.alive) this.#membership = membership;
    });
    node.on("role", ({ role, term }) => life.alive && witness.role(record, role, term));
    node.on("commit", ({ index }) => {
      if (life.alive) record.commitToCheck = Math.max(record.commitToCheck, index);
    });
    node.on("snapshot", ({ snapshot: { index, term }, origin }) => {
      if (!life.alive) return;
      record.snapshot = { index, term };
      const text = `${this.id} has ${origin} a snapshot of all up to ${index}`;
      witness.mark({ kind: "snapshot", node: this.id, text, values: { index, origin } });
    });
    node.on("failed", ({ code, message }) => life.alive && this.#failed(`${code}: ${message}`));
  }

  #failed(reason: string): void {
    this.#state = "failed";
    this.#failure = reason;
  }

  #end(): void {
    this.#life.kill();
    this.clock.forget(this.#life);
    this.#node = undefined;
    this.#state = "down";
    this.#failure = undefined;
    this.#isSnapshotWanted = false;
    // A new transport takes the place of the old one, which nobody hears of any more.
    void this.#surroundings.network.transport(this.id).close();
    for (const broken of this.#connections) broken();
    this.#connections.clear();
  }

  /** Reads what the disk holds, for the record. */
  #find({ storage, snapshots }: ReturnType<Disk["crash"]>): void {
    const { witness } = this.#surroundings;
    const life = this.#life;
    const found = async (): Promise<void> => {
      const stored = await readStored(storage, (index) => witness.chainAt(index));
      const latest = await snapshots.latest();
      if (this.#life !== life) return;
      this.record.snapshot = latest && { index: latest.index, term: latest.term };
      witness.crashed(this.record, stored);
    };
    found().catch((error: unknown) => this.#failed(String(error)));
  }
}
