import type { FileHandle, FileLock, FileSystem } from "@quorate/raft-core";

interface Inode {
  content: Uint8Array;
  /** What `sync` made safe. */
  durable: Uint8Array;
}

type Name = Inode | "directory";

/**
 * A file system in memory that forgets in a crash what was not made durable: contents without `sync`, names without
 * `syncDirectory` (or, when lucky, forgets nothing). Every operation that changes something can be made to fail.
 */
export class CrashingFileSystem implements FileSystem {
  #names = new Map<string, Name>([["/", "directory"]]);
  #durableNames = new Map<string, Name>([["/", "directory"]]);
  #generation = 0;
  #failAt = Infinity;
  #failing: { readonly code: string; readonly forGood: boolean } | undefined;
  #calls = 0;
  readonly #locks = new Set<string>();
  #handles = 0;

  get held(): number {
    return this.#handles + this.#locks.size;
  }

  get files(): readonly string[] {
    return [...this.#names.keys()].filter((path) => this.#names.get(path) !== "directory").toSorted();
  }

  bytes(path: string): Uint8Array {
    return this.#file(path).content.slice();
  }

  /** Durably, as if it had always been so. */
  replace(path: string, bytes: Uint8Array): void {
    const inode = { content: bytes.slice(), durable: bytes.slice() };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  fail(call: number, code: string, how: "once" | "for-good"): () => boolean {
    this.#calls = 0;
    this.#failAt = call;
    this.#failing = { code, forGood: how === "for-good" };
    return () => {
      this.#failing = undefined;
      return this.#calls >= call;
    };
  }

  crash(lucky = false): void {
    this.#failing = undefined;
    this.#generation++;
    this.#handles = 0;
    this.#locks.clear();
    if (lucky) return;
    const safe = [...this.#durableNames].filter(([path]) => this.#isReachable(path));
    for (const [, name] of safe) if (name !== "directory") name.content = name.durable.slice();
    this.#names = new Map(safe);
    this.#durableNames = new Map(safe);
  }

  async makeDirectory(path: string): Promise<void> {
    this.#change();
    for (let at = path; at !== "/"; at = parentOf(at)) if (!this.#names.has(at)) this.#names.set(at, "directory");
  }

  async list(path: string): Promise<readonly string[]> {
    this.#look();
    if (this.#names.get(path) !== "directory") throw failure("ENOENT", path);
    const inside = [...this.#names.keys()].filter((name) => name !== "/" && parentOf(name) === path);
    return inside.map((name) => name.slice(name.lastIndexOf("/") + 1)).toSorted();
  }

  async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    if (mode === "create") {
      this.#change();
      if (this.#names.has(path)) throw failure("EEXIST", path);
      if (this.#names.get(parentOf(path)) !== "directory") throw failure("ENOENT", path);
      this.#names.set(path, { content: new Uint8Array(0), durable: new Uint8Array(0) });
    } else {
      this.#look();
    }
    this.#handles++;
    return this.#handle(this.#file(path), this.#generation);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#change();
    this.#names.set(to, this.#file(from));
    this.#names.delete(from);
  }

  async remove(path: string): Promise<void> {
    this.#change();
    this.#file(path);
    this.#names.delete(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change();
    for (const name of this.#durableNames.keys()) {
      if (name !== "/" && parentOf(name) === path) this.#durableNames.delete(name);
    }
    for (const [name, what] of this.#names)
      if (name !== "/" && parentOf(name) === path) this.#durableNames.set(name, what);
  }

  async lock(path: string): Promise<FileLock> {
    this.#look();
    if (this.#locks.has(path)) throw failure("EEXIST", path);
    this.#locks.add(path);
    const release = async (): Promise<void> => void this.#locks.delete(path);
    return { release };
  }

  #handle(inode: Inode, generation: number): FileHandle {
    const change = (): void => {
      this.#change();
      if (generation !== this.#generation) throw failure("EIO", "a handle from before the crash");
    };
    const resize = (sizeBytes: number): void => {
      const capacity = inode.content.buffer.byteLength;
      if (sizeBytes <= capacity) {
        inode.content = new Uint8Array(inode.content.buffer, 0, sizeBytes);
        return;
      }
      const resized = new Uint8Array(new ArrayBuffer(2 * sizeBytes), 0, sizeBytes);
      resized.set(inode.content);
      inode.content = resized;
    };
    return {
      sizeBytes: async () => inode.content.length,
      read: async (target, offsetBytes) => {
        this.#look();
        const there = inode.content.subarray(offsetBytes, offsetBytes + target.length);
        target.set(there);
        return there.length;
      },
      write: async (chunks, offsetBytes) => {
        change();
        let at = offsetBytes;
        for (const chunk of chunks) {
          if (at + chunk.length > inode.content.length) resize(at + chunk.length);
          inode.content.set(chunk, at);
          at += chunk.length;
        }
      },
      truncate: async (sizeBytes) => {
        change();
        inode.content.fill(0, sizeBytes);
        resize(sizeBytes);
      },
      sync: async () => {
        change();
        inode.durable = inode.content.slice();
      },
      close: async () => {
        if (generation === this.#generation) this.#handles--;
      },
    };
  }

  #file(path: string): Inode {
    const name = this.#names.get(path);
    if (name === undefined || name === "directory") throw failure("ENOENT", path);
    return name;
  }

  #isReachable(path: string): boolean {
    for (let at = path; at !== "/"; at = parentOf(at)) if (!this.#durableNames.has(at)) return false;
    return true;
  }

  #look(): void {
    if (this.#failing?.forGood === true && this.#calls >= this.#failAt)
      throw failure(this.#failing.code, "failed for good");
  }

  #change(): void {
    this.#look();
    this.#calls++;
    if (this.#failing !== undefined && this.#calls === this.#failAt) throw failure(this.#failing.code, "made to fail");
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
