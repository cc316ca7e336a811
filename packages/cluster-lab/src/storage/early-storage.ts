import type { Entry, Position, Storage, StorageWrite, StoredState } from "@quorate/raft-core";

/**
 * Broken on purpose: says of a write that it is durable as soon as `cache` has it, long before it has reached `disk`.
 * A crash leaves what the disk holds.
 */
export class EarlyStorage implements Storage {
  readonly #cache: Storage;
  readonly #disk: Storage;

  constructor(cache: Storage, disk: Storage) {
    this.#cache = cache;
    this.#disk = disk;
  }

  load(): Promise<StoredState> {
    return this.#cache.load();
  }

  append(write: StorageWrite): Promise<void> {
    return this.#early((storage) => storage.append(write));
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    return this.#cache.read(fromIndex, toIndex, maxBytes);
  }

  compact(position: Position): Promise<void> {
    return this.#early((storage) => storage.compact(position));
  }

  reset(position: Position): Promise<void> {
    return this.#early((storage) => storage.reset(position));
  }

  async close(): Promise<void> {
    await this.#cache.close();
    await this.#disk.close();
  }

  #early(write: (storage: Storage) => Promise<void>): Promise<void> {
    // What a crash leaves of it is found when the node is started again; nobody else waits for it.
    write(this.#disk).catch(() => undefined);
    return write(this.#cache);
  }
}
