import type { Dice } from "@quorate/virtual-time";
import type { CrashModel } from "./crash-model.ts";
import { DirectoryNode } from "./directory-node.ts";
import { DiskError } from "./disk-error.ts";
import type { FileNode } from "./file-node.ts";

export type DiskOperation =
  | "read"
  | "write"
  | "sync"
  | "create"
  | "open"
  | "rename"
  | "remove"
  | "sync-directory"
  | "list"
  | "truncate"
  | "other";

/** The operations that can be told to fail. */
export type FallibleOperation = Exclude<DiskOperation, "other" | "open" | "list">;

interface Place {
  readonly directory: DirectoryNode;
  readonly name: string;
}

/** What a machine's disk holds, and what is the matter with it. Outlives the processes that use it. */
export class Disk {
  #root = new DirectoryNode();
  readonly #dice: Dice;
  readonly #armed = new Map<DiskOperation, number>();
  readonly #locks = new Set<string>();
  /** What each operation under way leaves behind when its process dies in its middle. */
  readonly #underWay = new Set<() => void>();
  /** No room for anything that makes a file longer. */
  full = false;
  /** Syncs that are under way, or begin, end no earlier. */
  hungUntilMs = 0;
  /** Everything takes this many times as long. */
  slowness = 1;
  /** How many errors it has given. */
  errors = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  get root(): DirectoryNode {
    return this.#root;
  }

  /** It is a new and empty one from here on. */
  replace(): void {
    this.abandoned();
    this.#root = new DirectoryNode();
  }

  /** The next `count` operations of this kind fail with EIO. */
  arm(operation: FallibleOperation, count: number): void {
    this.#armed.set(operation, count);
  }

  /** Whether this operation is to fail now. */
  fails(operation: DiskOperation): boolean {
    const left = this.#armed.get(operation) ?? 0;
    if (left === 0) return false;
    this.#armed.set(operation, left - 1);
    this.errors += 1;
    return true;
  }

  /** Throws ENOSPC where there is no room. */
  needRoom(doing: string): void {
    if (!this.full) return;
    this.errors += 1;
    throw new DiskError("ENOSPC", `no room to ${doing}`);
  }

  /** Nothing is wrong with it any more; what was lost is lost. */
  heal(): void {
    this.#armed.clear();
    this.full = false;
    this.hungUntilMs = 0;
    this.slowness = 1;
  }

  /** Whether it might refuse something now, or hold it up. */
  get faulty(): boolean {
    return this.full || [...this.#armed.values()].some((count) => count > 0);
  }

  /** Whether a rename, anywhere, could still be undone. */
  get hasUnsyncedRename(): boolean {
    return this.root.directories().some((directory) => directory.hasUnsyncedRename);
  }

  /** An operation begins; `interrupt` is called if its process dies before the returned function is called. */
  begin(interrupt: () => void): () => void {
    this.#underWay.add(interrupt);
    return () => this.#underWay.delete(interrupt);
  }

  /** False where it is held. */
  lock(path: string): boolean {
    if (this.#locks.has(path)) return false;
    this.#locks.add(path);
    return true;
  }

  unlock(path: string): void {
    this.#locks.delete(path);
  }

  /** The process that used it has died: its locks are free, and what it was about to do is done in part. */
  abandoned(): void {
    for (const interrupt of this.#underWay) interrupt();
    this.#underWay.clear();
    this.#locks.clear();
  }

  /** The process has died, and the power was lost. */
  crash(model: CrashModel): void {
    this.abandoned();
    this.root.crash(model, this.#dice);
  }

  /** Flips one bit in a file that `isTarget`. False where there is none. */
  rot(isTarget: (file: FileNode) => boolean): boolean {
    const files = this.root.files().filter((file) => file.sizeBytes > 0 && isTarget(file));
    return files.length > 0 && this.#dice.pick(files).rot(this.#dice);
  }

  /**
   * Whether these bytes would be in a file of this directory after the worst crash that is possible now. An error that
   * has dropped what was written makes no difference to what was durable before.
   */
  holds(path: string, bytes: Uint8Array): boolean {
    let node: DirectoryNode | FileNode | undefined = this.root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      node = node?.type === "directory" ? node.durable(name) : undefined;
    }
    return node?.type === "directory" && node.durableFiles().some((file) => file.holds(bytes));
  }

  /** What a directory, as it is seen now, comes to. */
  usage(path: string): { readonly files: number; readonly bytes: number } {
    const files = this.has(path) ? this.directory(path).files() : [];
    return { files: files.length, bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** Throws ENOENT where the directory is not there. */
  directory(path: string): DirectoryNode {
    const node = this.#find(path);
    if (node === undefined) throw new DiskError("ENOENT", `${path} does not exist`);
    if (node.type === "file") throw new DiskError("ENOTDIR", `${path} is a file`);
    return node;
  }

  /** The directory that holds `path`, and its name there. */
  place(path: string): Place {
    const at = path.lastIndexOf("/");
    return { directory: this.directory(at < 0 ? "." : path.slice(0, at)), name: path.slice(at + 1) };
  }

  /** Throws ENOENT where there is none. */
  file(path: string): FileNode {
    const { directory, name } = this.place(path);
    const node = directory.get(name);
    if (node === undefined) throw new DiskError("ENOENT", `${path} does not exist`);
    if (node.type === "directory") throw new DiskError("EISDIR", `${path} is a directory`);
    return node;
  }

  #find(path: string): DirectoryNode | FileNode | undefined {
    let node: DirectoryNode | FileNode | undefined = this.root;
    for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
      node = node?.type === "directory" ? node.get(name) : undefined;
    }
    return node;
  }
}
