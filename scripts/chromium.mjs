// The browser in which the tests look at the pages. None is downloaded: the machine's own, or Debian's package.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The first Chromium or Chrome on PATH, or undefined. */
export function findChromium() {
  return findOnPath(NAMES);
}

/** Why there is no Chromium here, and what to do about it. */
export const chromiumIsMissing = `no ${NAMES.join(", ")} on PATH (on Debian: apt-get install chromium)`;

/**
 * Installs Debian's Chromium where no browser is found and this user may; tests in a browser are skipped where that does
 * not work. QUORATE_INSTALL=no leaves the machine as it is.
 */
export function provideChromium() {
  if (findChromium() !== undefined) return;
  const [command, ...prefix] = aptGet();
  if (command === undefined || process.env.QUORATE_INSTALL === "no") {
    console.log(`the tests in a browser are skipped: ${chromiumIsMissing}`);
    return;
  }
  console.log("installing Debian's chromium for the tests in a browser …");
  const apt = (...args) =>
    spawnSync(command, [...prefix, ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      encoding: "utf8",
    });
  apt("update", "-q");
  const { status, stderr, error } = apt("install", "-y", "-q", "--no-install-recommends", "chromium");
  if (status === 0 && findChromium() !== undefined) return;
  const reason = (error?.message ?? stderr ?? "").trim().split("\n").at(-1);
  console.log(`chromium could not be installed (${reason}): the tests in a browser are skipped`);
}

/** How this user calls apt-get without being asked for a password; empty where that cannot be. */
function aptGet() {
  if (process.platform !== "linux" || findOnPath(["apt-get"]) === undefined) return [];
  if (process.getuid?.() === 0) return ["apt-get"];
  const may = findOnPath(["sudo"]) !== undefined && spawnSync("sudo", ["-n", "true"]).status === 0;
  return may ? ["sudo", "-n", "apt-get"] : [];
}

function findOnPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
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
