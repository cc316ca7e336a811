import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";

/**
 * The command line that runs another one as the first process of namespaces of its own: mounts, network and processes, and
 * users where the caller is not root. All that it makes there is gone with it, however it ends, and it ends when whoever
 * started it does, however that ends.
 */
export function enclosed(): readonly [command: string, ...args: string[]] {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return ["setpriv", "--pdeathsig", "KILL", "unshare", ...user, ...namespaces];
}

/** Runs a module under this Node in an enclosure, with a channel for messages. */
export function spawnEnclosed(module: string, args: readonly string[], stdout: "inherit" | "ignore"): ChildProcess {
  const [command, ...rest] = enclosed();
  const options: SpawnOptions = {
    stdio: ["ignore", stdout, "inherit", "ipc"],
    // A Ctrl-C in the terminal is for whoever runs this, and passed on as a message.
    detached: true,
  };
  return spawn(command, [...rest, process.execPath, module, ...args], options);
}
