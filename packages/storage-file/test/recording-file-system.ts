import { nodeFileSystem } from "@quorate/file-system";
import type { FileHandle, FileLock, FileSystem } from "@quorate/raft-core";

/** What was done to the files of a directory; a file is known by its number, since names come and go. */
export type Call =
  | { readonly type: "write"; readonly file: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly file: number; readonly size: number }
  | { readonly type: "sync"; readonly file: number }
  | { readonly type: "create"; readonly file: number; readonly name: string }
  | { readonly type: "remove"; readonly name: string }
  | { readonly type: "sync-directory" };

/** The files of a directory by name. */
export type Image = ReadonlyMap<string, Uint8Array>;

export async function readImage(directory: string): Promise<Image> {
  const image = new Map<string, Uint8Array>();
  for (const name of await nodeFileSystem.list(directory)) {
    if (name === "LOCK") continue;
    // A storage that is open may be deleting what it does not need any more.
    const file = await nodeFileSystem.open(`${directory}/${name}`, "read").catch(absent);
    if (file === undefined) continue;
    const bytes = new Uint8Array(await file.sizeBytes());
    await file.read(bytes, 0);
    await file.close();
    image.set(name, bytes);
  }
  return image;
}

function absent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}

/** Makes the directory hold exactly this. */
export async function writeImage(directory: string, image: Image): Promise<void> {
  await nodeFileSystem.makeDirectory(directory);
  for (const name of await nodeFileSystem.list(directory)) await nodeFileSystem.remove(`${directory}/${name}`);
  for (const [name, bytes] of image) {
    const file = await nodeFileSystem.open(`${directory}/${name}`, "create");
    await file.write([bytes], 0);
    await file.close();
  }
}

function patched(content: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.max(content.length, offset + bytes.length));
  result.set(content);
  result.set(bytes, offset);
  return result;
}

/**
 * What a crash after these calls leaves: all that was synced, and of the rest what `keeps` says. A `keeps` that gives a
 * number keeps that many bytes of a write.
 */
export function crashImage(before: Image, calls: readonly Call[], keeps: (call: Call) => boolean | number): Image {
  const contents = [...before.values()];
  const names = new Map([...before.keys()].map((name, file) => [name, file]));
  for (const [at, call] of calls.entries()) {
    const isSynced = calls.slice(at + 1).some((later) => makesDurable(later, call));
    const kept = isSynced || keeps(call);
    if (kept === false) continue;
    if (call.type === "create") names.set(call.name, call.file);
    if (call.type === "remove") names.delete(call.name);
    if (call.type === "truncate") contents[call.file] = resized(contents[call.file], call.size);
    if (call.type === "write") {
      const bytes = kept === true ? call.bytes : call.bytes.subarray(0, kept);
      contents[call.file] = patched(contents[call.file] ?? new Uint8Array(), call.offset, bytes);
    }
  }
  return new Map([...names].map(([name, file]) => [name, contents[file] ?? new Uint8Array()]));
}

function resized(content: Uint8Array | undefined, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set((content ?? new Uint8Array()).subarray(0, size));
  return result;
}

function makesDurable(later: Call, call: Call): boolean {
  if (call.type === "write" || call.type === "truncate") return later.type === "sync" && later.file === call.file;
  return later.type === "sync-directory";
}

export type Fault = "write" | "sync" | "space";

/** The real file system, for one directory: writes down what is done, fails when told to, and can crash. */
export class RecordingFileSystem implements FileSystem {
  readonly before: Image;
  readonly calls: Call[] = [];
  /** Asked before every call that changes something; throws where that is to fail. */
  onCall: (call: Call) => void = () => undefined;
  readonly #directory: string;
  readonly #files: string[];
  readonly #handles: Set<FileHandle> = new Set();
  readonly #locks: Set<FileLock> = new Set();
  readonly #underWay: Set<Promise<unknown>> = new Set();
  #isDead = false;

  private constructor(directory: string, before: Image) {
    this.#directory = directory;
    this.before = before;
    this.#files = [...before.keys()];
  }

  /** How many files and locks are open. */
  get held(): number {
    return this.#handles.size + this.#locks.size;
  }

  static async open(directory: string): Promise<RecordingFileSystem> {
    await nodeFileSystem.makeDirectory(directory);
    return new RecordingFileSystem(directory, await readImage(directory));
  }

  failNext(fault: Fault): void {
    this.onCall = (call) => {
      if (call.type !== (fault === "sync" ? "sync" : "write")) return;
      this.onCall = () => undefined;
      const code = fault === "space" ? "ENOSPC" : "EIO";
      throw Object.assign(new Error(`${code}: injected`), { code });
    };
  }

  /** From now on nothing works; resolves when nothing is under way and all is let go of, as when a process is gone. */
  async crash(): Promise<void> {
    this.#isDead = true;
    await Promise.allSettled(this.#underWay);
    for (const handle of this.#handles) await handle.close();
    for (const lock of this.#locks) await lock.release();
    this.#handles.clear();
    this.#locks.clear();
  }

  makeDirectory(path: string): Promise<void> {
    return this.#perform(undefined, () => nodeFileSystem.makeDirectory(path));
  }

  list(path: string): Promise<readonly string[]> {
    return this.#perform(undefined, () => nodeFileSystem.list(path));
  }

  async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const created = this.#files.length;
    const call = mode === "create" ? ({ type: "create", file: created, name } as const) : undefined;
    const handle = await this.#perform(call, async () => {
      const opened = await nodeFileSystem.open(path, mode);
      this.#handles.add(opened);
      return opened;
    });
    if (call !== undefined) this.#files.push(name);
    return this.#record(handle, mode === "create" ? created : this.#files.lastIndexOf(name));
  }

  #record(handle: FileHandle, file: number): FileHandle {
    return {
      sizeBytes: () => this.#perform(undefined, () => handle.sizeBytes()),
      read: (target, offset) => this.#perform(undefined, () => handle.read(target, offset)),
      write: (chunks, offset) => {
        const bytes = new Uint8Array(Buffer.concat(chunks));
        return this.#perform({ type: "write", file, offset, bytes }, () => handle.write([bytes], offset));
      },
      truncate: (size) => this.#perform({ type: "truncate", file, size }, () => handle.truncate(size)),
      sync: () => this.#perform({ type: "sync", file }, () => handle.sync()),
      close: () =>
        this.#perform(undefined, () => {
          this.#handles.delete(handle);
          return handle.close();
        }),
    };
  }

  rename(from: string, to: string): Promise<void> {
    throw new Error(`nobody renames ${from} to ${to}`);
  }

  remove(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return this.#perform({ type: "remove", name }, () => nodeFileSystem.remove(path));
  }

  syncDirectory(path: string): Promise<void> {
    // Those above it hold none of the names that are written down.
    const call = path === this.#directory ? ({ type: "sync-directory" } as const) : undefined;
    return this.#perform(call, () => nodeFileSystem.syncDirectory(path));
  }

  async lock(path: string): Promise<FileLock> {
    const lock = await this.#perform(undefined, async () => {
      const taken = await nodeFileSystem.lock(path);
      this.#locks.add(taken);
      return taken;
    });
    return {
      release: async () => {
        this.#locks.delete(lock);
        await this.#perform(undefined, () => lock.release());
      },
    };
  }

  async #perform<T>(call: Call | undefined, action: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw Object.assign(new Error("EIO: the machine is gone"), { code: "EIO" });
    if (call !== undefined) this.onCall(call);
    const outcome = action();
    this.#underWay.add(outcome);
    try {
      const result = await outcome;
      if (call !== undefined && !this.#isDead) this.calls.push(call);
      return result;
    } finally {
      this.#underWay.delete(outcome);
    }
  }
}
