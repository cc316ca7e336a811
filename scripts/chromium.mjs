// The browser in which the tests look at the pages.
import { findOnPath } from "./find-on-path.mjs";

export const chromiumNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The first Chromium or Chrome on PATH, or undefined. */
export function findChromium() {
  return findOnPath(chromiumNames);
}

/** Why there is no Chromium here, and what to do about it. */
export const chromiumIsMissing = `no ${chromiumNames.join(", ")} on PATH (on Debian: apt-get install chromium)`;
