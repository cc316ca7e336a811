import type { FileHandle } from "@quorate/raft-core";
import type { Dice } from "@quorate/virtual-time";
import type { Disk, DiskOperation } from "./disk.ts";
import { DiskError } from "./disk-error.ts";
import type { FileNode } from "./file-node.ts";
import type { Lane } from "./operation-runner.ts";

export interface HandleOptions {
  readonly path: string;
  readonly mode: "read" | "write" | "create";
  readonly file: FileNode;
  readonly lane: Lane;
  readonly disk: Disk;
  readonly dice: Dice;
}

/** Everything that was written as one piece: the caller may use its chunks again. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export class SimulatedFileHandle implements FileHandle {
  readonly #options: HandleOptions;
  #closed = false;

  constructor(options: HandleOptions) {
    this.#options = options;
  }

  sizeBytes(): Promise<number> {
    return this.#run("other", () => this.#options.file.sizeBytes);
  }

  read(target: Uint8Array, offsetBytes: number): Promise<number> {
    return this.#run("read", () => this.#options.file.read(target, offsetBytes));
  }

  write(chunks: readonly Uint8Array[], offsetBytes: number): Promise<void> {
    const { file, lane, path, disk, dice } = this.#options;
    const writePart = (): void => {
      const data = joined(chunks);
      file.write(data.subarray(0, dice.below(data.length + 1)), offsetBytes);
    };
    const perform = (): void => {
      this.#check("write");
      const data = joined(chunks);
      if (disk.full && offsetBytes + data.length > file.sizeBytes) {
        file.write(data.subarray(0, dice.below(data.length)), offsetBytes);
        disk.needRoom(`write ${path}`);
      }
      file.write(data, offsetBytes);
    };
    return lane.run({ type: "write", doing: `write ${path}`, perform, fail: writePart, interrupt: writePart });
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#run("truncate", () => {
      this.#check("truncate");
      this.#options.file.truncate(sizeBytes);
    });
  }

  sync(): Promise<void> {
    const { file, lane, path } = this.#options;
    // What other handles write while it is being synced is not covered.
    let changeCount = 0;
    const begin = (): void => {
      ({ changeCount } = file);
    };
    const perform = (): void => this.#checked(() => file.sync(changeCount));
    return lane.run({ type: "sync", doing: `sync ${path}`, begin, perform, fail: () => file.forget() });
  }

  close(): Promise<void> {
    return this.#run("other", () => {
      this.#closed = true;
    });
  }

  #run<T>(type: DiskOperation, perform: () => T): Promise<T> {
    const { lane, path } = this.#options;
    return lane.run({ type, doing: `${type} ${path}`, perform: () => this.#checked(perform) });
  }

  #checked<T>(perform: () => T): T {
    if (this.#closed) throw new DiskError("EBADF", `${this.#options.path} is closed`);
    return perform();
  }

  #check(doing: string): void {
    const { mode, path } = this.#options;
    if (this.#closed || mode === "read") throw new DiskError("EBADF", `${path} is not open to ${doing}`);
  }
}
