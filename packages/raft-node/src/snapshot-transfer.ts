import type { Clock, Effect, Input, Logger, Message, NodeId, Snapshot, SnapshotStore } from "@quorate/raft-core";
import { ChunkPace, type ChunkPaceOptions } from "./chunk-pace.ts";

type SendChunk = Extract<Effect, { type: "send-chunk" }>;
type ReceiveChunk = Extract<Effect, { type: "receive-chunk" }>;

export interface SnapshotTransferOptions {
  readonly snapshots: Pick<SnapshotStore, "readChunk" | "receive">;
  readonly clock: Pick<Clock, "now">;
  readonly pace: ChunkPaceOptions;
  readonly logger: Logger;
  send(to: NodeId, message: Message): void;
  put(input: Input): void;
  /** The store holds this snapshot whole. */
  stored(snapshot: Snapshot): void;
  /** What is stored of this snapshot could not be read. */
  unreadable(index: number): void;
}

/** Received chunks that wait for the store. A leader sends one at a time; more are repetitions. */
const RECEIVED_WAITING_MAX = 4;

/**
 * Carries snapshots between stores, chunk by chunk. Chunks for one peer, and chunks received, are handled strictly one
 * after another. Whatever is dropped here is like a lost message: the leader repeats it.
 */
export class SnapshotTransfer {
  readonly #options: SnapshotTransferOptions;
  /** For each peer with a chunk being read, the latest one asked for meanwhile. */
  readonly #sending: Map<NodeId, SendChunk | undefined> = new Map();
  /** Of the latest transfer to each. */
  readonly #paces: Map<NodeId, { readonly index: number; readonly pace: ChunkPace }> = new Map();
  readonly #received: ReceiveChunk[] = [];
  #isReceiving = false;
  #stopped = false;

  constructor(options: SnapshotTransferOptions) {
    this.#options = options;
  }

  /** What is being read or stored comes to nothing. */
  stop(): void {
    this.#stopped = true;
    this.#received.length = 0;
  }

  send(effect: SendChunk): void {
    if (this.#sending.has(effect.to)) this.#sending.set(effect.to, effect);
    else void this.#sendFrom(effect);
  }

  receive(effect: ReceiveChunk): void {
    if (this.#received.length >= RECEIVED_WAITING_MAX) return;
    this.#received.push(effect);
    if (!this.#isReceiving) void this.#receiveAll();
  }

  async #sendFrom(first: SendChunk): Promise<void> {
    let effect: SendChunk | undefined = first;
    while (effect !== undefined && !this.#stopped) {
      this.#sending.set(effect.to, undefined);
      await this.#sendOne(effect);
      effect = this.#sending.get(effect.to);
    }
    this.#sending.delete(first.to);
  }

  async #sendOne({ to, term, snapshot, offsetBytes }: SendChunk): Promise<void> {
    const { clock } = this.#options;
    const pace = this.#paceOf(to, snapshot.index);
    const data = await this.#read({ to, snapshot, offsetBytes }, pace.next(offsetBytes, clock.now()));
    if (this.#stopped) return;
    if (data === undefined) {
      this.#options.put({ type: "chunk-failed", to, snapshotIndex: snapshot.index });
      return;
    }
    const endBytes = offsetBytes + data.length;
    if (endBytes === snapshot.sizeBytes) this.#paces.delete(to);
    else pace.sent(endBytes, clock.now());
    this.#options.send(to, { type: "install-snapshot", term, snapshot, offsetBytes, data });
  }

  #paceOf(to: NodeId, index: number): ChunkPace {
    const known = this.#paces.get(to);
    if (known?.index === index) return known.pace;
    const pace = new ChunkPace(this.#options.pace);
    this.#paces.set(to, { index, pace });
    return pace;
  }

  async #read(
    { to, snapshot, offsetBytes }: Omit<SendChunk, "type" | "term">,
    maxBytes: number,
  ): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.snapshots.readChunk(snapshot, offsetBytes, maxBytes);
    } catch (error) {
      this.#options.logger.warn("could not read a chunk of a snapshot", {
        to,
        index: snapshot.index,
        offsetBytes,
        error,
      });
      this.#options.unreadable(snapshot.index);
      return undefined;
    }
  }

  async #receiveAll(): Promise<void> {
    this.#isReceiving = true;
    for (let effect = this.#received.shift(); effect !== undefined; effect = this.#received.shift()) {
      await this.#receiveOne(effect);
    }
    this.#isReceiving = false;
  }

  async #receiveOne({ from, snapshot, offsetBytes, data }: ReceiveChunk): Promise<void> {
    try {
      const nextOffsetBytes = await this.#options.snapshots.receive(snapshot, offsetBytes, data);
      if (this.#stopped) return;
      if (nextOffsetBytes === snapshot.sizeBytes) {
        // What has come behind it is lost, as messages may be: stored now, it could push this one out of the store.
        this.#received.length = 0;
        this.#options.stored(snapshot);
        this.#options.put({ type: "snapshot-received", from, snapshot });
      } else {
        this.#options.put({ type: "chunk-received", from, snapshot, nextOffsetBytes });
      }
    } catch (error) {
      if (this.#stopped) return;
      const fields = { from, index: snapshot.index, offsetBytes, error };
      this.#options.logger.warn("could not store a chunk of a snapshot", fields);
    }
  }
}
