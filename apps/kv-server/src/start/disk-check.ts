import type { statfs } from "node:fs/promises";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import type { FileSystem, Logger } from "@quorate/raft-core";
import { inspectSnapshots } from "@quorate/snapshot";
import { probeData } from "../storage.ts";

export interface DiskCheckOptions {
  readonly data: string;
  readonly logger: Logger;
  readonly fileSystem?: Pick<FileSystem, "list" | "open">;
  readonly stat?: typeof statfs;
}

/**
 * Looks over the data directory once, beside a node that has started, for what does not keep it from starting but may
 * end it later: no room left, and damage in the snapshots before the latest, which nobody reads at a start. Each finding
 * is logged with its remedy.
 */
export class DiskCheck {
  readonly #options: DiskCheckOptions;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<unknown>;

  private constructor(options: DiskCheckOptions) {
    this.#options = options;
    this.#ended = Promise.all([this.#checkRoom(), this.#checkSnapshots()]);
  }

  static begin(options: DiskCheckOptions): DiskCheck {
    return new DiskCheck(options);
  }

  /** Resolves when everything has been looked at. Never rejects. */
  async done(): Promise<void> {
    await this.#ended;
  }

  /** Reads no further. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #checkRoom(): Promise<void> {
    const { data, logger, stat } = this.#options;
    try {
      await probeData(data, stat);
    } catch (error) {
      const remedy = `make room in ${data}, and see that this process may write there; /readyz says when that is done`;
      logger.error("the data directory takes no more: this node stops as soon as it has to write", {
        reason: reasonOf(error),
        remedy,
      });
    }
  }

  async #checkSnapshots(): Promise<void> {
    const { data, logger, fileSystem = nodeFileSystem } = this.#options;
    const { signal } = this.#stopping;
    const directory = join(data, "snapshots");
    try {
      for (const { file, damage } of await inspectSnapshots({ directory, fileSystem, skipLatest: true, signal })) {
        if (damage === undefined) continue;
        const { offsetBytes, reason } = damage;
        const remedy =
          `none is needed for this node, which has a later one: delete ${file}; but look after the disk, which loses what it ` +
          `was given, and run quorate-wal verify`;
        logger.warn("an earlier snapshot is damaged", { file, offsetBytes, reason, remedy });
      }
    } catch (error) {
      if (signal.aborted) return;
      logger.warn("the earlier snapshots could not be looked at", { directory, error, remedy: "look after the disk" });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
