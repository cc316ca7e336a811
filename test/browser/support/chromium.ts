import { type Browser, chromium } from "playwright-core";
import { chromiumIsMissing, findChromium } from "../../../scripts/chromium.mjs";

/** Works as root and in a container, and lets the browser talk to nobody. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The machine's Chromium. Throws where there is none. */
export function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumIsMissing);
  return chromium.launch({ executablePath, args });
}
