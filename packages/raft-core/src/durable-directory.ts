import type { FileSystem } from "./ports/file-system.ts";

/**
 * Makes a directory and those above it that are missing, and makes the names of all of them durable: also of those that
 * are there, since an earlier attempt may have ended between making and syncing them.
 */
export async function makeDurableDirectory(
  fileSystem: Pick<FileSystem, "makeDirectory" | "syncDirectory">,
  path: string,
): Promise<void> {
  await fileSystem.makeDirectory(path);
  for (let holder = parentOf(path); holder !== undefined; holder = parentOf(holder)) {
    await syncUnlessForbidden(fileSystem, holder);
  }
}

/** A directory that this process may not even open is not one in which it can have made another. */
async function syncUnlessForbidden(fileSystem: Pick<FileSystem, "syncDirectory">, path: string): Promise<void> {
  try {
    await fileSystem.syncDirectory(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EACCES" && code !== "EPERM") throw error;
  }
}

/** The directory that holds the name of `path`; undefined for the top of a tree. */
function parentOf(path: string): string | undefined {
  if (path === "/" || path === ".") return undefined;
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return path.slice(0, slash) || "/";
}
