import { type FileHandle, type FileLock, type FileSystem, RaftError } from "@quorate/raft-core";
import { type DiskCall, type DiskImage, type NodeNumber, contentAfter, holderOf } from "./disk-call.ts";

/** How a call is to fail: with this error, and, if it is a write, with so many of its bytes written all the same. */
export interface CallFailure {
  readonly error: Error;
  readonly writtenBytes?: number;
}

/**
 * A file system in memory that tells every call which changes something, and lets any of them fail. It forgets nothing:
 * what a crash would leave of `calls`, `crashImages` tells.
 */
export class MemoryFileSystem implements FileSystem {
  /** What was done since the beginning, failed calls left out; `crashImages` begins with the same image. */
  readonly calls: DiskCall[] = [];
  /** Asked before every call that changes something. */
  onCall: (call: DiskCall) => CallFailure | undefined = () => undefined;
  readonly #nodes: Map<string, NodeNumber> = new Map();
  readonly #contents: (Uint8Array | undefined)[] = [];
  readonly #locks: Set<string> = new Set();
  #handles = 0;

  /** Begins with `image`, all of which is durable. */
  constructor(image: DiskImage = new Map()) {
    for (const top of ["/", "."]) this.#add(top, undefined);
    for (const [path, content] of image) this.#add(path, content);
  }

  /** How many handles and locks have not been let go of. */
  get held(): number {
    return this.#handles + this.#locks.size;
  }

  /** What is there now, to whoever looks before a crash. */
  get image(): DiskImage {
    const paths = [...this.#nodes].filter(([path]) => holderOf(path) !== undefined);
    return new Map(paths.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, node]) => [path, this.#contents[node]]));
  }

  async makeDirectory(path: string): Promise<void> {
    const missing: string[] = [];
    for (let at: string | undefined = path; at !== undefined && !this.#nodes.has(at); at = holderOf(at)) {
      missing.unshift(at);
    }
    for (const each of missing) {
      this.#perform({ type: "make-directory", path: each, node: this.#contents.length }, () => {
        this.#add(each, undefined);
      });
    }
  }

  async list(path: string): Promise<readonly string[]> {
    this.#directory(path);
    const paths = [...this.#nodes.keys()].filter((each) => holderOf(each) === path);
    return paths.map((each) => each.slice(each.lastIndexOf("/") + 1)).toSorted();
  }

  async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    if (mode !== "create") return this.#handle(this.#file(path));
    if (this.#nodes.has(path)) throw failure("EEXIST", path);
    this.#directory(holderOf(path) ?? path);
    const node = this.#contents.length;
    this.#perform({ type: "create", path, node }, () => this.#add(path, new Uint8Array()));
    return this.#handle(node);
  }

  async rename(from: string, to: string): Promise<void> {
    if (holderOf(from) !== holderOf(to)) throw failure("EXDEV", to);
    const node = this.#file(from);
    this.#perform({ type: "rename", path: from, to, node }, () => {
      this.#nodes.delete(from);
      this.#nodes.set(to, node);
    });
  }

  async remove(path: string): Promise<void> {
    this.#file(path);
    this.#perform({ type: "remove", path }, () => void this.#nodes.delete(path));
  }

  async syncDirectory(path: string): Promise<void> {
    this.#directory(path);
    this.#perform({ type: "sync-directory", path }, () => undefined);
  }

  async lock(path: string): Promise<FileLock> {
    if (this.#locks.has(path)) throw new RaftError("LOCKED", `${path} is held already`);
    this.#locks.add(path);
    return { release: async () => void this.#locks.delete(path) };
  }

  #handle(node: NodeNumber): FileHandle {
    this.#handles += 1;
    let isOpen = true;
    return {
      sizeBytes: async () => this.#content(node).length,
      read: async (target, offsetBytes) => {
        const there = this.#content(node).subarray(offsetBytes, offsetBytes + target.length);
        target.set(there);
        return there.length;
      },
      write: async (chunks, offsetBytes) => {
        const bytes = joined(chunks);
        if (bytes.length > 0) this.#change({ type: "write", node, offsetBytes, bytes });
      },
      truncate: async (sizeBytes) => this.#change({ type: "truncate", node, sizeBytes }),
      sync: async () => this.#perform({ type: "sync", node }, () => undefined),
      close: async () => {
        if (isOpen) this.#handles -= 1;
        isOpen = false;
      },
    };
  }

  #change(call: Extract<DiskCall, { type: "write" | "truncate" }>): void {
    this.#perform(call, (done) => {
      this.#contents[call.node] = contentAfter(this.#content(call.node), done as typeof call);
    });
  }

  /** A write that fails in its middle is recorded as the write that it was. */
  #perform(call: DiskCall, act: (done: DiskCall) => void): void {
    const failed = this.onCall(call);
    const writtenBytes = failed?.writtenBytes ?? 0;
    const done = failed && call.type === "write" ? { ...call, bytes: call.bytes.subarray(0, writtenBytes) } : call;
    if (failed === undefined || writtenBytes > 0) {
      act(done);
      this.calls.push(done);
    }
    if (failed !== undefined) throw failed.error;
  }

  #add(path: string, content: Uint8Array | undefined): void {
    this.#nodes.set(path, this.#contents.length);
    this.#contents.push(content);
  }

  #directory(path: string): void {
    const node = this.#nodes.get(path);
    if (node === undefined) throw failure("ENOENT", path);
    if (this.#contents[node] !== undefined) throw failure("ENOTDIR", path);
  }

  #file(path: string): NodeNumber {
    const node = this.#nodes.get(path);
    if (node === undefined) throw failure("ENOENT", path);
    if (this.#contents[node] === undefined) throw failure("EISDIR", path);
    return node;
  }

  #content(node: NodeNumber): Uint8Array {
    return this.#contents[node] ?? new Uint8Array();
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
