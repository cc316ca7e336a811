import type { FileHandle, FileSystem } from "@quorate/raft-core";

/** One file of the log, as its readers see it: through a handle of their own, so that no read waits for a sync. */
export class Segment {
  readonly sequence: number;
  readonly path: string;
  /** Where its durable records end. */
  endBytes: number;
  readonly #fileSystem: FileSystem;
  #reader: Promise<FileHandle> | undefined;

  constructor(fileSystem: FileSystem, file: { readonly path: string; readonly sequence: number }, endBytes: number) {
    this.#fileSystem = fileSystem;
    this.path = file.path;
    this.sequence = file.sequence;
    this.endBytes = endBytes;
  }

  /** Opened where it is first wanted, and kept. */
  async reader(): Promise<FileHandle> {
    this.#reader ??= this.#fileSystem.open(this.path, "read");
    try {
      return await this.#reader;
    } catch (error) {
      this.#reader = undefined;
      throw error;
    }
  }

  /** After the reads that have begun. */
  async closeReader(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await (await reader)?.close();
  }
}
