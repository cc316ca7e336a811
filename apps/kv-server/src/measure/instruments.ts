import type { EventKind, EventValues } from "@quorate/dashboard/report";
import type { Position, SnapshotStore, Storage, Transport } from "@quorate/raft-core";
import type { Recorder } from "../watch/recorder.ts";
import { Latency } from "./latency.ts";
import { watchedSnapshots } from "./watched-snapshots.ts";
import { WatchedStorage } from "./watched-storage.ts";
import { WatchedTransport } from "./watched-transport.ts";

/** An fsync that takes so long is worth a word. */
const slowSyncMsMin = 500;

/** What a disk does again and again is told once in this time. */
const troublePauseMs = 10_000;

export interface Ports {
  readonly storage: Storage;
  readonly snapshots: SnapshotStore;
  readonly transport: Transport;
}

/** Looks over a node's shoulder, at its ports: what it does there, and how long that takes. Made before the node is. */
export class Instruments {
  readonly recorder: Recorder;
  readonly fsyncLatency: Latency = new Latency();
  #storage: WatchedStorage | undefined;
  #transport: WatchedTransport | undefined;
  #snapshot: Position | undefined;
  #syncs = { count: 0, seconds: 0 };
  readonly #troubleToldMs = new Map<EventKind, number>();

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  get storage(): Pick<WatchedStorage, "durableIndex" | "recent" | "entries"> | undefined {
    return this.#storage;
  }

  get transport(): Pick<WatchedTransport, "heardMs" | "transfers"> | undefined {
    return this.#transport;
  }

  /** Of the log, since this was made: those that have succeeded, and how long they took together. */
  get syncs(): { readonly count: number; readonly seconds: number } {
    return this.#syncs;
  }

  /** The latest one that is whole. */
  get snapshot(): Position | undefined {
    return this.#snapshot;
  }

  /** The log's disk has taken `ms` for one `sync`. */
  synced(ms: number): void {
    this.fsyncLatency.record(ms);
    this.#syncs = { count: this.#syncs.count + 1, seconds: this.#syncs.seconds + ms / 1000 };
    if (ms >= slowSyncMsMin) this.#trouble("slow-disk", { ms: Math.round(ms) });
  }

  /** The same ports, to be given to the node. */
  attach({ storage, snapshots, transport }: Ports): Ports {
    const { recorder } = this;
    this.#storage = new WatchedStorage(storage);
    this.#transport = new WatchedTransport(transport, {
      transferBegun: ({ direction, peer, index, totalBytes: bytes }) => {
        if (direction === "to") recorder.record("snapshot-sending", { to: peer, index, bytes });
        else recorder.record("snapshot-receiving", { from: peer, index, bytes });
      },
      transferEnded: ({ direction, peer, index, totalBytes: bytes }) => {
        if (direction === "to") recorder.record("snapshot-sent", { to: peer, index, bytes });
      },
      leadOffered: (to, term) => recorder.record("transfer", { to, term }),
    });
    const watched = watchedSnapshots(snapshots, {
      begun: (position) => this.#snapshotIs(position),
      failed: ({ message }) => this.#trouble("snapshot-failed", { message }),
    });
    return { storage: this.#storage, snapshots: watched, transport: this.#transport };
  }

  /** The node has taken one, or has installed what its leader sent. */
  snapshotDone(position: Position, origin: "taken" | "installed"): void {
    this.#snapshotIs(position);
    if (origin === "installed") this.#transport?.installed();
  }

  #trouble(kind: EventKind, values: EventValues): void {
    const nowMs = performance.now();
    if (nowMs - (this.#troubleToldMs.get(kind) ?? -Infinity) < troublePauseMs) return;
    this.#troubleToldMs.set(kind, nowMs);
    this.recorder.record(kind, values);
  }

  #snapshotIs({ index, term }: Position): void {
    this.#snapshot = { index, term };
  }
}
