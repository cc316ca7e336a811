import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

/** A log's segment has up to 64 MiB, and goes as a whole when it is not needed any more. */
const sizeBytes = 256 * 1024 * 1024;
const chunkSizes = [1024 * 1024, 4096] as const;

/** A file system in memory, of fixed size, at a directory of this mount namespace. */
export class SmallDisk {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async mount(directory: string): Promise<SmallDisk> {
    await mkdir(directory, { recursive: true });
    await runCommand("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", directory]);
    return new SmallDisk(directory);
  }

  /** Takes all room that is left. Resolves with how many bytes that were. */
  async fill(): Promise<number> {
    const ballast = await open(this.#ballast, "a");
    let bytes = 0;
    try {
      for (const size of chunkSizes) bytes += await fillWith(ballast, Buffer.alloc(size));
    } finally {
      await ballast.close();
    }
    return bytes;
  }

  async free(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async availableBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  get #ballast(): string {
    return join(this.directory, "ballast");
  }
}

interface Appending {
  write(bytes: Buffer): Promise<{ readonly bytesWritten: number }>;
}

/** Ends with the first chunk that does not fit, or not as a whole. */
async function fillWith(file: Appending, chunk: Buffer): Promise<number> {
  for (let bytes = 0; bytes < 2 * sizeBytes;) {
    try {
      const { bytesWritten } = await file.write(chunk);
      bytes += bytesWritten;
      if (bytesWritten < chunk.length) return bytes;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") return bytes;
      throw error;
    }
  }
  throw new Error(`more than ${2 * sizeBytes} bytes fit on a disk of ${sizeBytes}`);
}
