import { constants } from "node:fs";
import { type FileHandle as NodeHandle, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import type { FileHandle, FileLock, FileSystem } from "@quorate/raft-core";
import { lockFile } from "./file-lock.ts";
import { NodeFileHandle } from "./node-file-handle.ts";

/** Opening a pipe that nobody writes to would hold one of Node's few threads for ever; files ignore the flag. */
const NO_WAITING = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

const FLAGS = {
  read: constants.O_RDONLY | NO_WAITING,
  write: constants.O_RDWR | NO_WAITING,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/** What is a directory, a pipe or a device under a file's name is none of ours, and must not be written to. */
async function regular(handle: NodeHandle, path: string): Promise<NodeHandle> {
  const status = await handle.stat();
  if (status.isFile()) return handle;
  await handle.close();
  const code = status.isDirectory() ? "EISDIR" : "EINVAL";
  throw Object.assign(new Error(`${code}: ${path} is no regular file`), { code });
}

/** What a file system says that has no `fsync` for directories. */
const CANNOT_SYNC: readonly unknown[] = ["EINVAL", "ENOTSUP", "ENOSYS"];

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory as a file; NTFS journals names by itself.
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && CANNOT_SYNC.includes(error.code))) throw error;
  } finally {
    await directory.close();
  }
}

/** The file system of the machine, by way of `node:fs/promises`. */
export const nodeFileSystem: FileSystem = {
  async makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
  },

  async list(path: string): Promise<readonly string[]> {
    return (await readdir(path)).toSorted();
  },

  async open(path: string, mode: "read" | "write" | "create"): Promise<FileHandle> {
    return new NodeFileHandle(await regular(await open(path, FLAGS[mode]), path));
  },

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  },

  async remove(path: string): Promise<void> {
    await unlink(path);
  },

  syncDirectory,

  lock(path: string): Promise<FileLock> {
    return lockFile(path);
  },
};
