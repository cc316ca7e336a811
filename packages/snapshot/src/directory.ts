import type { FileSystem } from "@quorate/raft-core";

/** Makes a directory, and those above it that are missing, and makes their names durable. */
export async function makeDurableDirectory(fileSystem: FileSystem, path: string): Promise<void> {
  // The directory's own name always: it may be there because an earlier attempt was interrupted before the sync.
  const holders = [parentOf(path)];
  for (let each = parentOf(path); !isTop(each) && !(await exists(fileSystem, each)); each = parentOf(each)) {
    holders.push(parentOf(each));
  }
  await fileSystem.makeDirectory(path);
  for (const holder of holders.toReversed()) await fileSystem.syncDirectory(holder);
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

function isTop(path: string): boolean {
  return path === "/" || path === ".";
}

function parentOf(path: string): string {
  const name = path.lastIndexOf("/");
  if (name < 0) return ".";
  return path.slice(0, name) || "/";
}
