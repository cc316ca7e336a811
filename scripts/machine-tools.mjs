// What the tests use of the machine besides Node. None of it is downloaded: it is there, or Debian's package is installed.
import { spawnSync } from "node:child_process";
import { chromiumNames } from "./chromium.mjs";
import { findOnPath } from "./find-on-path.mjs";

const tools = [
  { names: chromiumNames, debian: "chromium", without: "the tests in a browser are skipped" },
  { names: ["ip"], debian: "iproute2", without: "the tests of real servers under faults are skipped" },
  { names: ["nft"], debian: "nftables", without: "no link between real servers is cut" },
  { names: ["strace"], debian: "strace", without: "no disk of a real server is slow or fails" },
];

/**
 * Installs Debian's packages where something is missing and this user may; where that does not work it says what is not
 * tested. QUORATE_INSTALL=no leaves the machine as it is.
 */
export function provideMachineTools() {
  const missing = missingTools();
  if (missing.length === 0) return;
  const [command, ...prefix] = process.env.QUORATE_INSTALL === "no" ? [] : aptGet();
  const reason = command === undefined ? undefined : install([command, ...prefix], missing);
  for (const { names, debian, without } of missingTools()) {
    const why = reason === undefined ? `on Debian: apt-get install ${debian}` : `apt-get install ${debian}: ${reason}`;
    console.log(`${without}: no ${names.join(", ")} on PATH (${why})`);
  }
}

function missingTools() {
  const wanted = process.platform === "linux" ? tools : tools.filter(({ debian }) => debian === "chromium");
  return wanted.filter(({ names }) => findOnPath(names) === undefined);
}

/** Why it could not be done; undefined where it could. */
function install([command, ...prefix], missing) {
  const packages = missing.map(({ debian }) => debian);
  console.log(`installing Debian's ${packages.join(", ")} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync(command, [...prefix, ...args], { env, encoding: "utf8", timeout: 120_000 });
  apt("update", "-q");
  const { status, stderr, error } = apt("install", "-y", "-q", "--no-install-recommends", ...packages);
  if (status === 0) return undefined;
  return (error?.message ?? stderr ?? "").trim().split("\n").at(-1);
}

/** How this user calls apt-get without being asked for a password; empty where that cannot be. */
function aptGet() {
  if (findOnPath(["apt-get"]) === undefined) return [];
  if (process.getuid?.() === 0) return ["apt-get"];
  const may = findOnPath(["sudo"]) !== undefined && spawnSync("sudo", ["-n", "true"]).status === 0;
  return may ? ["sudo", "-n", "apt-get"] : [];
}
