import { readFile, realpath } from "node:fs/promises";

/** Where files go away with the machine's power, and a sync costs nothing. */
export const memoryFileSystems: ReadonlySet<string> = new Set(["tmpfs", "ramfs"]);

/** The type of the file system that holds `path`, like `ext4`; undefined where it cannot be found out. */
export async function fileSystemOf(path: string): Promise<string | undefined> {
  try {
    const [whole, mounts] = await Promise.all([realpath(path), readFile("/proc/mounts", "utf8")]);
    return fileSystemAmong(mounts, whole);
  } catch {
    return undefined; // Not Linux, or no /proc: it is only told.
  }
}

/** The same with what `/proc/mounts` says. */
export function fileSystemAmong(mounts: string, path: string): string | undefined {
  let found: { readonly length: number; readonly type: string } | undefined;
  for (const line of mounts.split("\n")) {
    const [, escaped, type] = line.split(" ");
    if (escaped === undefined || type === undefined) continue;
    const at = escaped.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
    const holds = path === at || path.startsWith(at.endsWith("/") ? at : `${at}/`);
    // Of two at the same place the later one hides the other.
    if (holds && at.length >= (found?.length ?? 0)) found = { length: at.length, type };
  }
  return found?.type;
}
