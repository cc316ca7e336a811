import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where tools of the system are that Debian leaves out of its users' PATH. */
const systemFolders = process.platform === "win32" ? [] : ["/usr/sbin", "/sbin"];

/** The first of these commands that is on PATH, or where the system has its own; undefined where there is none. */
export function findOnPath(names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...systemFolders];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
