import {
  Entry,
  type NodeId,
  type SnapshotStore,
  type Storage,
  encodeMembership,
  membershipOf,
} from "@quorate/raft-core";
import { MemorySnapshotStore } from "@quorate/snapshot";
import { MemoryStorage } from "@quorate/storage-memory";
import { encodeCommand } from "../registers/command.ts";
import type { LabOptions, StartLog } from "../session/options.ts";
import { EarlyStorage } from "../storage/early-storage.ts";
import { ForgetfulStorage } from "../storage/forgetful-storage.ts";
import type { Life } from "../time/life.ts";

export interface DiskPorts {
  readonly storage: Storage;
  readonly snapshots: SnapshotStore;
}

/** What a machine keeps from one life of its node to the next. */
export class Disk {
  readonly #options: Pick<LabOptions, "storage" | "syncMs" | "flushMs">;
  #log: MemoryStorage;
  #snapshots: MemorySnapshotStore;

  private constructor(options: LabOptions, log: MemoryStorage, snapshots: MemorySnapshotStore) {
    this.#options = options;
    this.#log = log;
    this.#snapshots = snapshots;
  }

  /** An empty one. */
  static async open(options: LabOptions): Promise<Disk> {
    return new Disk(options, await MemoryStorage.open(), await MemorySnapshotStore.open());
  }

  /** Writes what a node is to begin with. The members have met before: each knows the others' incarnations. */
  async prepare(id: NodeId, members: readonly NodeId[], { terms, term, votedFor }: StartLog): Promise<void> {
    const incarnations = Object.fromEntries(members.map((each, at) => [each, at + 1]));
    const membership = { ...membershipOf(members.map((each) => ({ id: each, address: each }))), incarnations };
    const genesis = new Entry(1, 0, "membership", encodeMembership(membership));
    const commands = terms.map((each, at) => new Entry(at + 2, each, "command", commandAt(at + 2, each)));
    const hardState = { term: term ?? terms.at(-1) ?? 0, votedFor, incarnation: incarnations[id] };
    await this.#log.append({ hardState, entries: [genesis, ...commands] });
  }

  /** The ports of a life that begins now, over what is there. */
  portsOf(life: Life): DiskPorts {
    const { storage: kind, syncMs, flushMs } = this.#options;
    const within = (delayMs: number) => (): Promise<void> =>
      new Promise((resolve) => void life.post(delayMs, "disk", resolve));
    const before = this.#log;
    this.#log = before.crash({ sync: within(kind === "acknowledges-early" ? flushMs : syncMs) });
    this.#snapshots = this.#snapshots.crash();
    return { storage: this.#broken(kind, before), snapshots: this.#snapshots };
  }

  /** What is not durable is lost. Gives what is left, to be read only. */
  crash(): DiskPorts {
    this.#log = this.#log.crash();
    this.#snapshots = this.#snapshots.crash();
    return { storage: this.#log, snapshots: this.#snapshots };
  }

  /** Another disk, an empty one, takes its place. */
  async replace(): Promise<void> {
    this.#log = await MemoryStorage.open();
    this.#snapshots = await MemorySnapshotStore.open();
  }

  #broken(kind: LabOptions["storage"], before: MemoryStorage): Storage {
    if (kind === "forgets-vote") return new ForgetfulStorage(this.#log);
    if (kind === "acknowledges-early")
      return new EarlyStorage(before.crash({ sync: () => Promise.resolve() }), this.#log);
    return this.#log;
  }
}

/** Entries of the same index and term are the same. */
function commandAt(index: number, term: number): Uint8Array {
  return encodeCommand({ key: "x", value: `${index}.${term}` });
}
