import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { install, node, root } from "./install.mjs";

/**
 * Installs what is missing, then runs a TypeScript module of the workspace under the workspace's Node, in this
 * terminal. The child ends when this process ends, however it ends: it watches the IPC channel between them. With
 * `rereads` SIGHUP is passed on to the child, which reads its files again; otherwise it stops it.
 */
export async function run(module, args, { rereads = false } = {}) {
  await install();
  const child = spawn(node, [join(root, module), ...args], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  let signals = 0;
  const stop = (signal) => {
    signals += 1;
    // A terminal sends Ctrl-C to the child as well, where two signals mean "at once": the first is told otherwise.
    if (signals > 1) child.kill(signal);
    else if (child.connected) child.disconnect();
  };
  process
    .on("SIGINT", stop)
    .on("SIGTERM", stop)
    .on("SIGHUP", (signal) => (rereads ? child.kill(signal) : stop(signal)));
  const begun = starters();
  setInterval(() => signals === 0 && starters() !== begun && stop("SIGTERM"), 500).unref();
  child.on("error", (error) => {
    console.error(`quorate: cannot run ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

/** Who started this: its parent, and the parent's, since npm runs scripts through a shell that outlives it. */
function starters() {
  const parent = process.ppid;
  if (process.platform !== "linux") return `${parent}`;
  try {
    const [, grandparent] = readFileSync(`/proc/${parent}/stat`, "utf8").split(") ").at(-1).split(" ");
    return `${parent} ${grandparent}`;
  } catch {
    return `${parent} gone`;
  }
}
