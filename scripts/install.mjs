// Runs under any Node from 20 on, with nothing installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The workspace's own Node, whatever the machine has. */
export const node = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

const stampPath = join(root, "node_modules/.installed");

/** Installs the dependencies from the frozen lockfile unless exactly these are there. Exits with a clear line if it cannot. */
export async function install() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(`Node ${process.versions.node} is too old: Node 20 or later is needed`);
  }
  const stamp = stampOf();
  if (existsSync(node) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  console.log(`installing dependencies with ${packageManager} …`);
  const { code, output } = await capture("npx", ["-y", packageManager, "install", "--frozen-lockfile"]);
  if (code !== 0) {
    process.stderr.write(output);
    fail(`the dependencies could not be installed; the output of ${packageManager} is above`);
  }
  if (!existsSync(node)) fail(`${packageManager} finished, but ${node} is missing`);
  writeFileSync(stampPath, stamp);
}

/** Runs one of the workspace's tools and resolves with its exit code and everything that it printed. */
export function capture(command, args, environment = {}) {
  return new Promise((resolve) => {
    const child = tool(command, args, { environment, output: "pipe" });
    const chunks = [];
    for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => resolve({ code: 1, output: `cannot run ${command}: ${error.message}\n` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}

/** Runs one of the workspace's tools, shows what it prints as it comes, and resolves with its exit code. `options`: `folder`, `environment`. */
export function stream(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = tool(command, args, { ...options, output: "inherit" });
    child.on("error", (error) => {
      console.error(`cannot run ${command}: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function tool(command, args, { folder = ".", environment = {}, output }) {
  const path = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  return spawn(command, args, {
    cwd: join(root, folder),
    env: { ...process.env, PATH: path, ...environment },
    stdio: ["ignore", output, output],
    shell: process.platform === "win32",
  });
}

/** What decides which dependencies are right. */
function stampOf() {
  const manifests = ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, "package.json")),
  );
  const hash = createHash("sha256");
  for (const name of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests.toSorted()]) {
    const path = join(root, name);
    if (existsSync(path)) hash.update(name).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function fail(message) {
  console.error(`quorate: ${message}`);
  process.exit(1);
}
