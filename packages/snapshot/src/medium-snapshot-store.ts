import { type Logger, RaftError, type Snapshot, type SnapshotHead, type SnapshotStore } from "@quorate/raft-core";
import { checkBytes, checkHead, checkInteger, checkSnapshot } from "./arguments.ts";
import { type Catalogue, type Entry, isSame } from "./catalogue.ts";
import { crc32 } from "./crc32.ts";
import type { Draft, Medium } from "./medium.ts";
import { Operations, Queue } from "./operations.ts";

/** Everything about a snapshot store that does not depend on where the bytes are. */
export class MediumSnapshotStore<Stored> implements SnapshotStore {
  readonly #medium: Medium<Stored>;
  readonly #catalogue: Catalogue<Stored>;
  readonly #logger: Logger;
  readonly #chunkBytes: number;
  readonly #operations = new Operations("snapshot store");
  readonly #receiving = new Queue();
  readonly #publishing = new Queue();
  #transfer: { readonly snapshot: Snapshot; readonly draft: Draft<Stored> } | undefined;
  #closed: Promise<void> | undefined;

  protected constructor(medium: Medium<Stored>, catalogue: Catalogue<Stored>, logger: Logger, chunkBytes: number) {
    this.#medium = medium;
    this.#catalogue = catalogue;
    this.#logger = logger;
    this.#chunkBytes = chunkBytes;
  }

  latest(): Promise<Snapshot | undefined> {
    return this.#operations.run(async () => this.#catalogue.latest?.snapshot);
  }

  save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot> {
    return this.#operations.run(async () => {
      checkHead(head);
      const latest = this.#catalogue.latest?.snapshot;
      if (latest !== undefined && head.index <= latest.index) {
        throw new TypeError(`snapshot.index is ${head.index}, but there is a snapshot at ${latest.index} already`);
      }
      const { index, term, membership } = head;
      const draft = await this.#medium.begin(head);
      await this.#orDiscard(draft, async () => {
        for await (const chunk of chunks) {
          checkBytes("a chunk", chunk);
          await draft.write(chunk);
        }
      });
      const snapshot = { index, term, membership, sizeBytes: draft.sizeBytes, checksum: draft.checksum };
      await this.#publish(draft, snapshot);
      return snapshot;
    });
  }

  read(snapshot: Snapshot): AsyncGenerator<Uint8Array> {
    return this.#chunksOf(snapshot, this.#catalogue.hold(snapshot));
  }

  async *#chunksOf(snapshot: Snapshot, entry: Entry<Stored> | undefined): AsyncGenerator<Uint8Array> {
    if (entry === undefined) throw new TypeError(`the snapshot at ${snapshot.index} is not in the store`);
    try {
      let offset = 0;
      let checksum = 0;
      while (offset < entry.snapshot.sizeBytes) {
        const chunk = await this.#operations.run(() => this.#medium.read(entry.stored, offset, this.#chunkBytes));
        offset += chunk.length;
        checksum = crc32(chunk, checksum);
        if (offset === entry.snapshot.sizeBytes && checksum !== entry.snapshot.checksum) throw this.#corrupt(entry);
        yield chunk;
      }
    } finally {
      entry.readers--;
      if (!this.#operations.closed) await this.#operations.run(() => this.#dropOld());
    }
  }

  readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined> {
    return this.#operations.run(async () => {
      checkInteger("maxBytes", maxBytes, 1);
      checkInteger("offsetBytes", offsetBytes, 0, snapshot.sizeBytes);
      const entry = this.#catalogue.hold(snapshot);
      if (entry === undefined) return undefined;
      entry.wanted = true;
      try {
        if (offsetBytes === snapshot.sizeBytes) return new Uint8Array(0);
        return await this.#medium.read(entry.stored, offsetBytes, Math.min(maxBytes, this.#chunkBytes));
      } finally {
        entry.readers--;
      }
    });
  }

  receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    return this.#operations.run(() =>
      this.#receiving.run(() => {
        checkSnapshot(snapshot);
        checkInteger("offsetBytes", offsetBytes);
        checkBytes("data", data);
        return this.#receive(snapshot, offsetBytes, data);
      }),
    );
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What is asked for from now on is rejected with `CLOSED`. */
  protected refuse(): void {
    this.#operations.refuse();
  }

  async #close(): Promise<void> {
    await this.#operations.close();
    await this.#abandon();
    await this.#medium.close();
  }

  async #receive(snapshot: Snapshot, offset: number, data: Uint8Array): Promise<number> {
    if (offset + data.length > snapshot.sizeBytes) {
      const reason = `a chunk reaches to ${offset + data.length}, behind the end at ${snapshot.sizeBytes}`;
      throw new RaftError("CORRUPT", `the snapshot at ${snapshot.index} from a peer was refused: ${reason}`);
    }
    if (this.#catalogue.find(snapshot) !== undefined) return snapshot.sizeBytes;
    const latest = this.#catalogue.latest?.snapshot;
    if (latest !== undefined && snapshot.index < latest.index) return 0;
    const standing = this.#standingOf(snapshot);
    if (offset !== standing) return standing;
    const draft = await this.#draftOf(snapshot);
    try {
      await draft.write(data);
    } catch (error) {
      await this.#abandon();
      throw error;
    }
    if (draft.sizeBytes < snapshot.sizeBytes) return draft.sizeBytes;
    return this.#complete(snapshot, draft);
  }

  #standingOf(snapshot: Snapshot): number {
    const transfer = this.#transfer;
    return transfer !== undefined && isSame(transfer.snapshot, snapshot) ? transfer.draft.sizeBytes : 0;
  }

  /** The transfer's draft; whatever other transfer was under way makes room for it. */
  async #draftOf(snapshot: Snapshot): Promise<Draft<Stored>> {
    const transfer = this.#transfer;
    if (transfer !== undefined && isSame(transfer.snapshot, snapshot)) return transfer.draft;
    await this.#abandon();
    const draft = await this.#medium.begin(snapshot);
    this.#transfer = { snapshot, draft };
    return draft;
  }

  async #complete(snapshot: Snapshot, draft: Draft<Stored>): Promise<number> {
    if (draft.checksum !== snapshot.checksum) {
      this.#logger.warn("a received snapshot does not match its checksum; its transfer starts over", {
        index: snapshot.index,
        checksum: snapshot.checksum,
        received: draft.checksum,
      });
      await this.#abandon();
      return 0;
    }
    this.#transfer = undefined;
    await this.#publish(draft, snapshot);
    return snapshot.sizeBytes;
  }

  async #abandon(): Promise<void> {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    await transfer?.draft.discard();
  }

  #publish(draft: Draft<Stored>, snapshot: Snapshot): Promise<void> {
    return this.#publishing.run(async () => {
      if (this.#catalogue.find(snapshot) !== undefined) {
        await draft.discard();
        return;
      }
      const stored = await this.#orDiscard(draft, () => draft.publish(snapshot));
      this.#catalogue.add(snapshot, stored);
      await this.#dropOld();
      this.#catalogue.forgetWanted();
    });
  }

  async #orDiscard<T>(draft: Draft<Stored>, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  /** A snapshot that cannot be removed harms nobody: it is told, and tried again when the store is next opened. */
  async #dropOld(): Promise<void> {
    for (const stored of this.#catalogue.drop()) {
      try {
        await this.#medium.remove(stored);
      } catch (error) {
        this.#logger.warn("an old snapshot could not be removed", { error });
      }
    }
  }

  #corrupt({ snapshot }: Entry<Stored>): RaftError {
    return new RaftError("CORRUPT", `the data of the snapshot at ${snapshot.index} does not match its checksum`);
  }
}
