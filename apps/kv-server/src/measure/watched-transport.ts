import type { Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";
import type { SnapshotTransferReport } from "@quorate/dashboard/report";

/** A transfer in which nothing has moved for so long is not under way any more. */
const idleMsMax = 10_000;

/** A node has no more under way than it has peers; who is none of the members may claim what it likes. */
const transfersMax = 64;

export interface TransportWatcher {
  /** The first chunk of a snapshot was sent, or has come. */
  transferBegun(transfer: SnapshotTransferReport): void;
  /** The peer has installed what was sent. */
  transferEnded(transfer: SnapshotTransferReport): void;
  /** `to` was asked to take the lead. */
  leadOffered(to: NodeId, term: number): void;
}

interface Transfer extends SnapshotTransferReport {
  readonly movedMs: number;
}

/** A transport of which it is known when each peer was heard last, and which snapshots are on their way. */
export class WatchedTransport implements Transport {
  readonly #transport: Transport;
  readonly #watcher: TransportWatcher;
  /** Of the members alone. */
  readonly #heardMs = new Map<NodeId, number | undefined>();
  readonly #transfers = new Map<string, Transfer>();

  constructor(transport: Transport, watcher: TransportWatcher) {
    this.#transport = transport;
    this.#watcher = watcher;
  }

  /** When something came from `peer`, a member, by `performance.now()`; undefined where nothing has. */
  heardMs(peer: NodeId): number | undefined {
    return this.#heardMs.get(peer);
  }

  get transfers(): readonly SnapshotTransferReport[] {
    const sinceMs = performance.now() - idleMsMax;
    for (const [key, { movedMs }] of this.#transfers) if (movedMs < sinceMs) this.#transfers.delete(key);
    return [...this.#transfers.values()].map(({ movedMs: _movedMs, ...transfer }) => transfer);
  }

  start(handler: TransportHandler): void {
    this.#transport.start({
      receive: (from, message) => {
        this.#received(from, message);
        handler.receive(from, message);
      },
      unreachable: (peer) => handler.unreachable(peer),
    });
  }

  setMembers(members: readonly Member[]): void {
    const former = new Map(this.#heardMs);
    this.#heardMs.clear();
    for (const { id } of members) this.#heardMs.set(id, former.get(id));
    this.#transport.setMembers(members);
  }

  send(to: NodeId, message: Message): void {
    if (message.type === "install-snapshot") {
      const { snapshot, offsetBytes, data } = message;
      const bytes = offsetBytes + data.length;
      this.#moved({ direction: "to", peer: to, index: snapshot.index, bytes, totalBytes: snapshot.sizeBytes });
    } else if (message.type === "timeout-now") {
      this.#watcher.leadOffered(to, message.term);
    }
    this.#transport.send(to, message);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #received(from: NodeId, message: Message): void {
    if (this.#heardMs.has(from)) this.#heardMs.set(from, performance.now());
    if (message.type === "install-snapshot") {
      const { snapshot, offsetBytes, data } = message;
      const bytes = offsetBytes + data.length;
      this.#moved({ direction: "from", peer: from, index: snapshot.index, bytes, totalBytes: snapshot.sizeBytes });
    } else if (message.type === "install-snapshot-reply" && message.installed) {
      this.#ended("to", from);
    }
  }

  /** This node has installed what came from its leader. */
  installed(): void {
    for (const { direction, peer } of this.#transfers.values()) if (direction === "from") this.#ended(direction, peer);
  }

  #moved(transfer: SnapshotTransferReport): void {
    const key = `${transfer.direction} ${transfer.peer}`;
    const isNew = this.#transfers.get(key)?.index !== transfer.index;
    this.#transfers.set(key, { ...transfer, movedMs: performance.now() });
    const [oldest] = this.#transfers.size > transfersMax ? this.#transfers.keys() : [];
    if (oldest !== undefined) this.#transfers.delete(oldest);
    if (isNew) this.#watcher.transferBegun(transfer);
  }

  #ended(direction: SnapshotTransferReport["direction"], peer: NodeId): void {
    const key = `${direction} ${peer}`;
    const transfer = this.#transfers.get(key);
    if (transfer === undefined) return;
    this.#transfers.delete(key);
    const { movedMs: _movedMs, ...whole } = transfer;
    this.#watcher.transferEnded(whole);
  }
}
