import { type FileHandle, type FileLock, type FileSystem, RaftError } from "@quorate/raft-core";
import { DirectoryNode } from "./directory-node.ts";
import type { Disk } from "./disk.ts";
import { DiskError } from "./disk-error.ts";
import { FileNode } from "./file-node.ts";
import { OperationRunner, type RunnerOptions } from "./operation-runner.ts";
import { SimulatedFileHandle } from "./simulated-file-handle.ts";

/** A process's view of its machine's disk, on virtual time. Dies with its incarnation. */
export class SimulatedFileSystem implements FileSystem {
  readonly #disk: Disk;
  readonly #runner: OperationRunner;

  constructor(options: RunnerOptions) {
    this.#disk = options.disk;
    this.#runner = new OperationRunner(options);
  }

  makeDirectory(path: string): Promise<void> {
    const perform = (): void => {
      let directory = this.#disk.root;
      for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
        let next = directory.get(name);
        if (next === undefined) {
          this.#disk.needRoom(`create ${path}`);
          next = new DirectoryNode();
          directory.link(name, next);
        }
        if (next.type === "file") throw new DiskError("EEXIST", `${path} is a file`);
        directory = next;
      }
    };
    return this.#runner.run({ type: "other", doing: `create ${path}`, perform });
  }

  list(path: string): Promise<readonly string[]> {
    const perform = (): readonly string[] => this.#disk.directory(path).names;
    return this.#runner.run({ type: "list", doing: `list ${path}`, perform });
  }

  open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    const perform = (): FileHandle => {
      const file = mode === "create" ? this.#create(path) : this.#disk.file(path);
      return new SimulatedFileHandle({ path, mode, file, lane: this.#runner.lane(), ...this.#runner.options });
    };
    return this.#runner.run({ type: mode === "create" ? "create" : "open", doing: `open ${path}`, perform });
  }

  rename(from: string, to: string): Promise<void> {
    const perform = (): void => {
      const source = this.#disk.place(from);
      const target = this.#disk.place(to);
      const file = this.#disk.file(from);
      if (source.directory !== target.directory) throw new DiskError("EXDEV", `${from} and ${to} are not neighbours`);
      source.directory.rename(source.name, target.name, file);
    };
    return this.#runner.run({ type: "rename", doing: `rename ${from} to ${to}`, perform });
  }

  remove(path: string): Promise<void> {
    const perform = (): void => {
      this.#disk.file(path);
      const { directory, name } = this.#disk.place(path);
      directory.unlink(name);
    };
    return this.#runner.run({ type: "remove", doing: `remove ${path}`, perform });
  }

  syncDirectory(path: string): Promise<void> {
    // What is done to the directory while it is being synced is not covered.
    let changeCount = 0;
    const begin = (): void => {
      if (this.#disk.has(path)) ({ changeCount } = this.#disk.directory(path));
    };
    const perform = (): void => this.#disk.directory(path).sync(changeCount);
    return this.#runner.run({ type: "sync-directory", doing: `sync ${path}`, begin, perform });
  }

  lock(path: string): Promise<FileLock> {
    const perform = (): FileLock => {
      if (!this.#disk.lock(path)) throw new RaftError("LOCKED", `${path} is held by this process: close it first`);
      return { release: () => this.#release(path) };
    };
    return this.#runner.run({ type: "other", doing: `lock ${path}`, perform });
  }

  #release(path: string): Promise<void> {
    const perform = (): void => this.#disk.unlock(path);
    return this.#runner.run({ type: "other", doing: `unlock ${path}`, perform });
  }

  #create(path: string): FileNode {
    const { directory, name } = this.#disk.place(path);
    if (directory.get(name) !== undefined) throw new DiskError("EEXIST", `${path} exists`);
    this.#disk.needRoom(`create ${path}`);
    const file = new FileNode();
    directory.link(name, file);
    return file;
  }
}
