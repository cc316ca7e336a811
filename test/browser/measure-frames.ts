// `npm run frames`: how smoothly the playground runs in Chromium, seven nodes at 20 times real time and slower.
import { cpus } from "node:os";
import type { CDPSession, Page } from "playwright-core";
import { startChromium } from "./support/chromium.ts";
import { servePlayground } from "./support/site.ts";

const SECONDS = 6;
const SPEEDS = ["1/5×", "1×", "20×"];
/** What the eye sees as a halt: three frames missed. */
const LONG_MS = 50;

interface Frames {
  /** Between one frame and the next, in milliseconds. */
  readonly gapsMs: readonly number[];
  /** Virtual milliseconds that have passed. */
  readonly passedMs: number;
}

function watchFrames(seconds: number): Promise<Frames> {
  const now = (): number => Number(document.querySelector(".time-line")?.getAttribute("aria-valuenow"));
  const begun = now();
  return new Promise((resolve) => {
    const gapsMs: number[] = [];
    let first: number | undefined;
    let last = 0;
    const onFrame = (atMs: number): void => {
      first ??= atMs;
      if (atMs > first) gapsMs.push(atMs - last);
      last = atMs;
      if (atMs - first < seconds * 1000) requestAnimationFrame(onFrame);
      else resolve({ gapsMs, passedMs: now() - begun });
    };
    requestAnimationFrame(onFrame);
  });
}

async function setSpeed(page: Page, words: string): Promise<void> {
  const slider = page.getByRole("slider", { name: "Speed" });
  await slider.press("Home");
  while ((await slider.getAttribute("aria-valuetext")) !== words) await slider.press("ArrowRight");
}

/** Seconds of processor time that the page's own thread has used: what the machine does besides does not count. */
async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

function report(speed: string, { gapsMs, passedMs }: Frames, busyMs: number): void {
  const totalMs = gapsMs.reduce((sum, gap) => sum + gap, 0);
  const sorted = gapsMs.toSorted((a, b) => a - b);
  const fps = (gapsMs.length * 1000) / totalMs;
  const worst = sorted.at(-1) ?? 0;
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? worst;
  const long = gapsMs.filter((gap) => gap > LONG_MS).length;
  const cells = [
    speed,
    fps.toFixed(1),
    p99.toFixed(1),
    worst.toFixed(1),
    String(long),
    (busyMs / gapsMs.length).toFixed(1),
    (passedMs / totalMs).toFixed(1),
  ];
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(6) : cell.padStart(10))).join(""));
}

const site = await servePlayground();
const browser = await startChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await page.goto(`${site.url}#nodes=7`);
  await page.locator(".ring-node.appears-leader").waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  console.log(
    `${browser.version()}, ${cpus().length} cores, 7 nodes, ${SECONDS} s each; software rendering without a GPU`,
  );
  console.log(
    [
      "speed ",
      ...["frames/s", "p99 ms", "worst ms", `> ${LONG_MS} ms`, "CPU ms", "× real"].map((name) => name.padStart(10)),
    ].join(""),
  );
  for (const speed of SPEEDS) {
    await setSpeed(page, speed);
    const before = await busySeconds(session);
    const frames = await page.evaluate(watchFrames, SECONDS);
    report(speed, frames, ((await busySeconds(session)) - before) * 1000);
  }
} finally {
  await browser.close();
  await site.close();
}
