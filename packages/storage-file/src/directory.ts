import type { FileSystem } from "@quorate/raft-core";

/** Makes a directory, and those above it that are missing, and makes their names durable. */
export async function makeDurableDirectory(fileSystem: FileSystem, path: string): Promise<void> {
  const missing: string[] = [];
  for (let each = path; !(await exists(fileSystem, each)); each = parentOf(each)) missing.unshift(each);
  await fileSystem.makeDirectory(path);
  for (const each of missing) await fileSystem.syncDirectory(parentOf(each));
}

async function exists(fileSystem: FileSystem, path: string): Promise<boolean> {
  try {
    await fileSystem.list(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

function parentOf(path: string): string {
  const name = path.lastIndexOf("/");
  if (name < 0) return ".";
  return path.slice(0, name) || "/";
}
