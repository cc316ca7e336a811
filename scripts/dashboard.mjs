import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { capture, install, node, root } from "./install.mjs";

const home = join(root, "packages/dashboard");
const site = join(home, "dist/site");

/** What the page is made of. */
const sources = ["packages/dashboard", "packages/drawing", "packages/raft-core/src", "pnpm-lock.yaml"];

/**
 * Builds the page that kv-server serves, unless the one that is there is newer than all that it is made of. A build that
 * fails or is interrupted leaves the earlier one. Says what is wrong, and goes on: the servers run without it.
 */
export async function buildDashboard() {
  await install();
  const page = join(site, "index.html");
  if (existsSync(page) && statSync(page).mtimeMs >= Math.max(...sources.map(newestIn))) return;
  console.log("building the dashboard …");
  const fresh = `${site}-${process.pid}`;
  const vite = join(home, "node_modules/vite/bin/vite.js");
  const { code, output } = await capture(node, [vite, "build", home, "--outDir", fresh, "--logLevel", "error"]);
  if (code === 0) {
    replace(site, fresh);
  } else {
    rmSync(fresh, { recursive: true, force: true });
    console.error(`quorate: the dashboard could not be built, so it is not served:\n${output}`);
  }
}

function replace(former, fresh) {
  try {
    rmSync(former, { recursive: true, force: true });
    renameSync(fresh, former);
  } catch {
    // Somebody else who was building it, too, has put theirs there, which is as good.
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** When a file was changed last; in a folder, the newest of its files, but for what is built or installed. */
function newestIn(name) {
  const path = join(root, name);
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const inside = readdirSync(path).filter((entry) => !["dist", "node_modules", "test", ".turbo"].includes(entry));
  return Math.max(0, ...inside.map((entry) => newestIn(join(name, entry))));
}
